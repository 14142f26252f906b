#include "src/command_line/number_within.h"

#include <CLI/CLI.hpp>
#include <string>

#include "tests/support/catch2.h"

namespace certgate::testing {

TEST_CASE("numbers within the bounds, and these themselves, are taken") {
  const CLI::Validator within = NumberWithin(0, 60);
  for (const char* text : {"0", "60", "0.5", "59.999", "1e1"}) CHECK(within(text).empty());
}

TEST_CASE("what is no number within the bounds is refused") {
  const CLI::Validator within = NumberWithin(0, 60);
  for (const char* text :
       {"nan", "-nan", "inf", "-1", "60.001", "1e9", "", " 1", "1 ", "1s", "0x1"}) {
    INFO(text);
    CHECK(within(text) == "`" + std::string(text) + "` is not a number from 0 to 60");
  }
}

TEST_CASE("where whole numbers are wanted, others are refused") {
  const CLI::Validator within = WholeNumberWithin(1, 10'000);
  CHECK(within("1").empty());
  CHECK(within("10000").empty());
  for (const char* text : {"0", "10001", "1.5", "-1", "99999999999999999999", "nan", ""}) {
    INFO(text);
    CHECK(within(text) == "`" + std::string(text) + "` is not a whole number from 1 to 10000");
  }
}

}  // namespace certgate::testing
