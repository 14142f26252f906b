#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "tests/oracle/check.h"

// A file that was cut short must not be taken for the whole policy. What stands in the lost part
// may be a deny entry.
namespace certgate::oracle {
namespace {

constexpr int kCases = 120;
constexpr std::size_t kCuts = 40;

// Where to cut: half of the places are near the end, where a cut is the easiest to miss.
std::vector<std::size_t> Cuts(std::size_t size, std::uint32_t number) {
  std::mt19937 random(number);
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < kCuts; ++i) {
    const std::size_t range = i % 2 == 0 ? size : std::min<std::size_t>(size, 12);
    cuts.push_back(size - random() % (range + 1));
  }
  return cuts;
}

std::vector<Answer> AskAll(const Policy& policy, const std::vector<Question>& questions) {
  std::vector<Answer> answers;
  for (const Question& question : questions) answers.push_back(Ask(policy, question));
  return answers;
}

TEST_CASE("a policy that is cut anywhere is refused or doubted or decides as the whole does") {
  const auto cases = AnyCase();
  std::size_t alike = 0;
  std::size_t doubted = 0;
  CheckProperty(FirstSeed(), kCases, [&] {
    const Case tried = *cases;
    const std::string text = WritePolicy(tried.model, tried.style).text;
    const std::vector<Answer> answers = AskAll(*LoadValid(text), tried.questions);
    for (const std::size_t size : Cuts(text.size(), *AnyNumber())) {
      const PolicyLoad load = ParsePolicy(text.substr(0, size), kPolicyFile);
      if (load.policy == nullptr) continue;
      RC_LOG() << "cut after " << size << " bytes\n";
      load.diagnostics.empty() ? ++alike : ++doubted;
      RC_ASSERT(!load.diagnostics.empty() || AskAll(*load.policy, tried.questions) == answers);
    }
  });
  CHECK(alike > kCases / 20);
  CHECK(doubted > kCases / 20);
}

}  // namespace
}  // namespace certgate::oracle
