#include "src/yaml/plain_scalar.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("numbers of YAML 1 1 and 1 2 are numbers") {
  for (const std::string text :
       {"0",           "7",     "42",      "-1",         "+1",      "010",   "089",   "0x1F",
        "0xdead_beef", "0o17",  "0b1_0",   "1_000",      "1.5",     ".5",    "1.",    "-1.5",
        "1e3",         "1E3",   "1.5e-3",  "6e+23",      ".inf",    "-.INF", "+.Inf", ".nan",
        ".NaN",        "12:30", "1:02:03", "12:30:45.5", "20270131"}) {
    INFO(text);
    CHECK(ClassifyPlain(text) == PlainKind::kNumber);
  }
}

TEST_CASE("booleans are booleans in any case") {
  for (const std::string text : {"yes", "No", "ON", "oFF", "y", "N", "true", "False"}) {
    INFO(text);
    CHECK(ClassifyPlain(text) == PlainKind::kBoolean);
  }
}

TEST_CASE("null has several forms") {
  for (const std::string text : {"", "~", "null", "Null", "NULL"}) {
    CHECK(ClassifyPlain(text) == PlainKind::kNull);
  }
}

TEST_CASE("all else is text") {
  for (const std::string text : {"my-grpc-client",
                                 "0A1B",
                                 "1.2.3",
                                 "1.2.3.4",
                                 "0XFF",
                                 "0xZZ",
                                 "0x",
                                 "0o8",
                                 "1e",
                                 "e3",
                                 "1e+",
                                 ".",
                                 "-",
                                 "+",
                                 "_",
                                 "_1",
                                 ".e3",
                                 "12:60",
                                 "12:",
                                 ":30",
                                 "12:3x",
                                 "a:b",
                                 "2027-01-31",
                                 "nobody",
                                 "onward",
                                 "yess",
                                 "nil",
                                 "inf",
                                 "nan",
                                 "1 2",
                                 "1,000",
                                 "0A:1B:2C",
                                 "::",
                                 "1:2:3:x"}) {
    INFO(text);
    CHECK(ClassifyPlain(text) == PlainKind::kText);
  }
}

}  // namespace
}  // namespace certgate
