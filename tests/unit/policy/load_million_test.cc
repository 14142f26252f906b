#include <cstddef>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

// The largest policy that is to load: in a program of its own, whose memory can be seen.
namespace certgate {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#elif defined(__has_feature)
constexpr bool kIsSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kIsSanitized = false;
#endif

// Sanitizers take many times the memory and time.
constexpr int kEntries = kIsSanitized ? 100'000 : 1'000'000;
constexpr long kMostKib = 1024L * 1024;

struct Cost {
  std::size_t entries = 0;
  double seconds = 0;
  long peak_kib = 0;
};

// What tests/unit/policy/load_cost.cc says of `file`.
Cost LoadElsewhere(const std::string& file) {
  const std::string command = "'" CERTGATE_LOAD_COST "' '" + file + "'";
  std::FILE* output = popen(command.c_str(), "r");
  if (output == nullptr) throw std::runtime_error("cannot run " + command);
  char line[200] = "";
  const bool has_line = std::fgets(line, sizeof(line), output) != nullptr;
  const int status = pclose(output);
  INFO(command << " printed: " << line);
  REQUIRE(has_line);
  REQUIRE(status == 0);
  Cost cost;
  std::istringstream(line) >> cost.entries >> cost.seconds >> cost.peak_kib;
  return cost;
}

TEST_CASE("a policy of a million entries loads in less than a gibibyte") {
  const testing::ScratchDirectory scratch;
  const std::string file = scratch.PathOf("list.yaml");
  std::ofstream text(file);
  text << "version: 1\nname: large\nmethods:\n  /helloworld.Greeter/SayHello:\n    allow:\n";
  for (int i = 0; i < kEntries; ++i) text << "      - cn: client-" << i << "\n";
  text.close();

  const Cost cost = LoadElsewhere(file);
  std::printf("%zu entries load in %.2f s with at most %ld MiB\n", cost.entries, cost.seconds,
              cost.peak_kib / 1024);
  CHECK(cost.entries == kEntries);
  CHECK(cost.peak_kib > 0);
  if (!kIsSanitized) CHECK(cost.peak_kib < kMostKib);
}

}  // namespace
}  // namespace certgate
