#include <chrono>
#include <cstddef>
#include <random>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

constexpr char kSpecial[] = "\0\t\n\r \"#%&'*,-:>?@[]`{|}!~\xC3\xFF\x04";

// Changes, removes, repeats or inserts something, as an editor's slip or a torn write would.
void Corrupt(std::string& text, std::mt19937& random) {
  const std::size_t at = random() % text.size();
  const char special = kSpecial[random() % (sizeof(kSpecial) - 1)];
  const std::size_t length = random() % 40;
  switch (random() % 7) {
    case 0:
      text[at] = special;
      break;
    case 1:
      text.insert(at, 1, special);
      break;
    case 2:
      text.erase(at, length);
      break;
    case 3:
      text.insert(at, text.substr(random() % text.size(), length));
      break;
    case 4:
      text[at] = static_cast<char>(random() % 256);
      break;
    case 5:
      text.insert(at, length, special);
      break;
    default:
      text.resize(at);
  }
  if (text.empty()) text = " ";
}

void CheckLoad(const std::string& text) {
  const PolicyLoad load = ParsePolicy(text, "corrupt.yaml");
  if ((load.policy == nullptr) != HasErrors(load.diagnostics)) {
    FAIL("a policy and an error at once, or neither, for:\n" << text);
  }
  for (const Diagnostic& diagnostic : load.diagnostics) {
    if (diagnostic.message.empty() || Render(diagnostic).find('\n') == std::string::npos) {
      FAIL("an empty diagnostic for:\n" << text);
    }
  }
}

TEST_CASE("ten thousand corruptions of a policy do no harm") {
  const std::string valid = testing::ReadBytes(testing::kPolicyData / "valid/all-features.yaml");
  std::mt19937 random(20261123);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10'000; ++i) {
    std::string text = valid;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) Corrupt(text, random);
    CheckLoad(text);
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(100));
}

TEST_CASE("a policy that is cut short anywhere does no harm") {
  for (const char* name : {"valid/all-features.yaml", "valid/json.yaml", "valid/quoting.yaml"}) {
    const std::string valid = testing::ReadBytes(testing::kPolicyData / name);
    for (std::size_t size = 0; size <= valid.size(); ++size) CheckLoad(valid.substr(0, size));
  }
}

}  // namespace
}  // namespace certgate
