#include <certgate/policy.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

constexpr unsigned kFirstSeed = 20261123;
constexpr unsigned kCorruptions = 10'000;

constexpr char kSpecial[] = "\0\t\n\r \"#%&'*,-:>?@[]`{|}!~\xC3\xFF\x04";

// A line with its line break, by where it begins and ends.
using Line = std::pair<std::size_t, std::size_t>;

Line LineAt(const std::string& text, std::size_t at) {
  const std::size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  return {before == text.npos ? 0 : before + 1, std::min(text.find('\n', at), text.size() - 1) + 1};
}

void SwapLines(std::string& text, std::size_t at, std::size_t other) {
  const Line first = LineAt(text, std::min(at, other));
  const Line second = LineAt(text, std::max(at, other));
  if (first == second) return;
  text = text.substr(0, first.first) + text.substr(second.first, second.second - second.first) +
         text.substr(first.second, second.first - first.second) +
         text.substr(first.first, first.second - first.first) + text.substr(second.second);
}

// Changes, removes, repeats or inserts something, as an editor's slip or a torn write would.
void Corrupt(std::string& text, std::mt19937& random) {
  const std::size_t at = random() % text.size();
  const std::size_t other = random() % text.size();
  const char special = kSpecial[random() % (sizeof(kSpecial) - 1)];
  const std::size_t length = random() % 40;
  switch (random() % 9) {
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
      text.insert(at, text.substr(other, length));
      break;
    case 4:
      text[at] = static_cast<char>(random() % 256);
      break;
    case 5:
      text.insert(at, length, special);
      break;
    case 6:
      text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << (random() % 8)));
      break;
    case 7:
      SwapLines(text, at, other);
      break;
    default:
      text.resize(at);
  }
  if (text.empty()) text = " ";
}

/// Ends the program, and names the seed, when one load takes far too long. It counts the time that
/// the program computes, so that a machine that is busy with other things does not matter.
class Watchdog {
 public:
  static constexpr int kMostSeconds = 60;  // sanitizers are slow

  Watchdog() { std::signal(SIGVTALRM, &Watchdog::Bark); }
  ~Watchdog() {
    Set(0);
    std::signal(SIGVTALRM, SIG_DFL);
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  static void Watch(unsigned seed) {
    const int size = std::snprintf(message_.data(), message_.size(),
                                   "the corruption with the seed %u takes too long\n", seed);
    message_size_ = static_cast<std::size_t>(size);
    Set(kMostSeconds);
  }

 private:
  static void Set(int seconds) {
    const itimerval timer = {{0, 0}, {seconds, 0}};
    setitimer(ITIMER_VIRTUAL, &timer, nullptr);
  }

  // May call only what is safe in a signal handler.
  static void Bark(int /*signal*/) {
    const ssize_t written = write(STDERR_FILENO, message_.data(), message_size_);
    _exit(written > 0 ? 1 : 2);
  }

  static inline std::array<char, 80> message_{};
  static inline std::size_t message_size_ = 0;
};

void CheckLoad(const std::string& text, const std::string& file) {
  const PolicyLoad load = ParsePolicy(text, file);
  if ((load.policy == nullptr) != HasErrors(load.diagnostics)) {
    FAIL("a policy and an error at once, or neither, for:\n" << text);
  }
  for (const Diagnostic& diagnostic : load.diagnostics) {
    if (diagnostic.message.empty() || Render(diagnostic).find('\n') == std::string::npos) {
      FAIL("an empty diagnostic for:\n" << text);
    }
  }
}

double SecondsSince(std::clock_t begin) {
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST_CASE("ten thousand corruptions of policies do no harm") {
  std::vector<std::pair<std::string, std::string>> policies;
  for (const std::filesystem::path& file : testing::WholePolicies()) {
    policies.emplace_back(file.string(), testing::ReadBytes(file));
  }
  const Watchdog watchdog;
  double slowest = 0;
  for (unsigned seed = kFirstSeed; seed < kFirstSeed + kCorruptions; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    auto [file, text] = policies[random() % policies.size()];
    for (auto changes = 1 + random() % 3; changes > 0; --changes) Corrupt(text, random);
    Watchdog::Watch(seed);
    const std::clock_t begin = std::clock();
    CheckLoad(text, file);
    slowest = std::max(slowest, SecondsSince(begin));
  }
  std::printf("the slowest of %u corruptions took %.4f s\n", kCorruptions, slowest);
  CHECK(slowest < 1);
}

}  // namespace
}  // namespace certgate
