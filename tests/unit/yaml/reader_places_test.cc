#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/yaml/event_record.h"

namespace certgate {
namespace {

using testing::Read;

TEST_CASE("places count lines and columns from one") {
  CHECK(Read("a: b\nc:\n  - d\n").places == "1:1 1:1 1:4 2:1 3:3 3:5");
}

TEST_CASE("columns count characters and not bytes") {
  CHECK(Read("{ ü: 支払い, 😀: x }\n").places == "1:1 1:3 1:6 1:11 1:14");
}

TEST_CASE("a tab is one column") { CHECK(Read("a:\tb\n").places == "1:1 1:1 1:4"); }

TEST_CASE("a byte order mark takes no column") {
  CHECK(Read("\xEF\xBB\xBF"
             "a: b\nc: d\n")
            .places == "1:1 1:1 1:4 2:1 2:4");
}

TEST_CASE("line breaks may be a carriage return and a line feed") {
  CHECK(Read("a: b\r\n\r\nc: d\r\n").places == "1:1 1:1 1:4 3:1 3:4");
}

TEST_CASE("an absent value is where its key is or its dash") {
  CHECK(Read("a:\n\n# x\nb: c\n").places == "1:1 1:1 1:1 4:1 4:4");
  CHECK(Read("- a\n-  # later\n# more\n\n- b\n").places == "1:1 1:3 2:1 5:3");
}

TEST_CASE("quotes and block scalars begin at their first mark") {
  CHECK(Read("a: 'b'\nc: |\n  d\ne: >-\n  f\n").places == "1:1 1:1 1:4 2:1 2:4 4:1 4:4");
}

}  // namespace
}  // namespace certgate
