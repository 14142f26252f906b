#include "src/yaml/source_cursor.h"

#include <cstddef>
#include <random>
#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("a cursor finds lines and columns") {
  SourceCursor cursor("ab\ncü\nd");
  CHECK(cursor.Locate(0) == SourceLocation{1, 1});
  CHECK(cursor.Locate(1) == SourceLocation{1, 2});
  CHECK(cursor.Locate(3) == SourceLocation{2, 1});
  CHECK(cursor.Locate(6) == SourceLocation{2, 3});
  CHECK(cursor.Locate(7) == SourceLocation{3, 1});
  CHECK(cursor.Locate(99) == SourceLocation{3, 2});
}

TEST_CASE("a byte order mark takes no column of the first line") {
  SourceCursor cursor(
      "\xEF\xBB\xBF"
      "ab");
  CHECK(cursor.Locate(3) == SourceLocation{1, 1});
  CHECK(cursor.Locate(4) == SourceLocation{1, 2});
}

TEST_CASE("a cursor that goes back finds the same places") {
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 2000; ++i) text += random() % 9 == 0 ? "\n" : random() % 5 == 0 ? "ü" : "x";
  SourceCursor wandering(text);
  for (int i = 0; i < 2000; ++i) {
    std::size_t offset = random() % (text.size() + 1);
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U) {
      ++offset;
    }
    SourceCursor fresh(text);
    CHECK(wandering.Locate(offset) == fresh.Locate(offset));
  }
}

TEST_CASE("an empty text has a place") {
  CHECK(SourceCursor("").Locate(0) == SourceLocation{1, 1});
}

}  // namespace
}  // namespace certgate
