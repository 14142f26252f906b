#include "src/trail/line_block.h"

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate {
namespace {

struct Line {
  std::string text;
  std::uint64_t number;
  bool is_too_long;
  bool is_torn;

  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> LinesOf(BlockReader& reader) {
  std::vector<Line> lines;
  LineBlock block;
  while (reader.Next(block).value()) {
    block.EachLine([&](const TrailLine& line) {
      lines.push_back({std::string(line.text), line.number, line.is_too_long, line.is_torn});
    });
  }
  return lines;
}

std::vector<Line> LinesOf(const std::string& text) {
  const testing::ScratchDirectory folder;
  auto reader = BlockReader::Open(folder.Write("audit.jsonl", text));
  return LinesOf(*reader);
}

// Gives a few bytes at a time, and fails behind them if it is told to.
class SlowSource final : public ByteSource {
 public:
  SlowSource(std::string text, bool fails) : text_(std::move(text)), fails_(fails) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min({size, text_.size(), std::size_t{7}});
    text_.copy(buffer, count);
    text_.erase(0, count);
    if (count == 0 && fails_) return absl::UnavailableError("input/output error");
    return count;
  }

 private:
  std::string text_;
  const bool fails_;
};

TEST_CASE("lines come with their numbers and without their line breaks") {
  CHECK(LinesOf("a\n\nb\n") ==
        std::vector<Line>{{"a", 1, false, false}, {"", 2, false, false}, {"b", 3, false, false}});
  CHECK(LinesOf("").empty());
}

TEST_CASE("a last line without a line break is torn") {
  CHECK(LinesOf("a\nb") == std::vector<Line>{{"a", 1, false, false}, {"b", 2, false, true}});
}

TEST_CASE("a file larger than a block is read to its end") {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += "line " + std::to_string(i) + " of a large file\n";
  REQUIRE(text.size() > 2 * LineBlock::kUsualBytes);
  const std::vector<Line> lines = LinesOf(text);
  REQUIRE(lines.size() == 400'000);
  for (std::size_t i = 0; i < lines.size(); i += 997) {
    CHECK(lines[i].number == i + 1);
    CHECK(lines[i].text == "line " + std::to_string(i) + " of a large file");
  }
}

TEST_CASE("a line of more than a mebibyte is told and not kept") {
  for (const std::size_t size : {kMostLineBytes + 1, 3 * kMostLineBytes, 5 * kMostLineBytes}) {
    CAPTURE(size);
    const std::vector<Line> lines = LinesOf("a\n" + std::string(size, 'x') + "\nb\n");
    CHECK(lines ==
          std::vector<Line>{{"a", 1, false, false}, {"", 2, true, false}, {"b", 3, false, false}});
  }
  CHECK(LinesOf(std::string(kMostLineBytes, 'x') + "\n").front().text.size() == kMostLineBytes);
}

TEST_CASE("a long line that the file ends in is told as torn") {
  const std::vector<Line> lines = LinesOf("a\n" + std::string(9 * kMostLineBytes, 'x'));
  CHECK(lines == std::vector<Line>{{"a", 1, false, false}, {"", 2, true, true}});
}

TEST_CASE("many lines behind a long one are read") {
  std::string text(6 * kMostLineBytes, 'x');
  for (int i = 0; i < 300'000; ++i) text += "\nshort line";
  CHECK(LinesOf(text + "\n").size() == 300'001);
}

TEST_CASE("a source that gives few bytes at a time is read to its end") {
  BlockReader reader(std::make_unique<SlowSource>("first line\nsecond line\n", false), "x");
  CHECK(LinesOf(reader).size() == 2);
}

TEST_CASE("whole lines before a failure are given out and the failure is told") {
  BlockReader reader(std::make_unique<SlowSource>("first line\nsecond", true), "audit.jsonl");
  LineBlock block;
  REQUIRE(reader.Next(block).value());
  int lines = 0;
  block.EachLine([&](const TrailLine& line) {
    CHECK(line.text == "first line");
    ++lines;
  });
  CHECK(lines == 1);
  const auto failed = reader.Next(block);
  CHECK(failed.status().message() ==
        "cannot read `audit.jsonl` on from line 2: input/output error; take another copy of the "
        "file, if there is one");
}

TEST_CASE("a file that is not there is named with what to do") {
  const auto reader = BlockReader::Open("/nowhere/audit.jsonl");
  CHECK(reader.status().code() == absl::StatusCode::kNotFound);
  CHECK(reader.status().message() ==
        "cannot read `/nowhere/audit.jsonl`: no such file or directory; check the path and its "
        "permissions");
}

TEST_CASE("a directory cannot be read as a file") {
  CHECK(BlockReader::Open("/").status().code() == absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace certgate
