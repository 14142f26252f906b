// A signed trail of two files is edited in one way or another, a thousand times. Each edit must be
// found, and the line named at which it shows.

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "src/trail/verify.h"
#include "tests/support/catch2.h"
#include "tests/support/trail_writer.h"
#include "tests/unit/trail/verified_files.h"

namespace certgate {
namespace {

using testing::JoinLines;
using testing::SplitLines;
using Lines = std::vector<std::string>;

struct Place {
  std::size_t file = 0;
  std::size_t line = 0;  // from 1
};

class Editor {
 public:
  Editor(std::array<Lines, 2> files, std::uint32_t seed)
      : files_(std::move(files)), random_(seed) {}

  // What was done, and where it must show. Nothing shows behind the end of the trail.
  std::string Edit() {
    file_ = Below(2);
    lines_ = &files_[file_];
    switch (Below(9)) {
      case 0:
        return ChangeByte();
      case 1:
        return ChangeEnd();
      case 2:
        return Remove();
      case 3:
        return Insert();
      case 4:
        return Duplicate();
      case 5:
        return Swap();
      case 6:
        return Cut();
      case 7:
        return CutOut();
      default:
        return Move();
    }
  }

  std::vector<std::string> contents() const { return {JoinLines(files_[0]), JoinLines(files_[1])}; }
  Place shown() const { return shown_; }
  bool only_end_is_cut() const { return only_end_is_cut_; }

 private:
  std::size_t Below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  std::string& Line(std::size_t index) { return (*lines_)[index]; }
  void ShowAt(std::size_t index) {
    shown_ = {file_, index + 1};
    // Where lines are missing at the end of the first file, the next one shows it.
    if (file_ == 0 && index >= lines_->size()) shown_ = {1, 1};
  }

  void ChangeAt(std::size_t index, std::size_t byte) {
    char& c = Line(index)[byte];
    const char before = c;
    while (c == before) c = static_cast<char>(Below(256));
    ShowAt(index);
  }

  std::string ChangeByte() {
    const std::size_t index = Below(lines_->size());
    ChangeAt(index, Below(Line(index).size()));
    return "a byte is changed";
  }

  // In the predecessor, the signature, the hash, or the words around them.
  std::string ChangeEnd() {
    const std::size_t index = Below(lines_->size());
    const std::size_t chain = Line(index).rfind("\"chain\"");
    ChangeAt(index, chain + Below(Line(index).size() - chain));
    return "a byte of the chain is changed";
  }

  std::string Remove() {
    const std::size_t index = Below(lines_->size());
    const std::size_t count = 1 + Below(std::min<std::size_t>(4, lines_->size() - index));
    if (count == lines_->size()) return Remove();
    const auto first = lines_->begin() + static_cast<std::ptrdiff_t>(index);
    lines_->erase(first, first + static_cast<std::ptrdiff_t>(count));
    only_end_is_cut_ = file_ == 1 && index == lines_->size();
    ShowAt(index);
    return "lines are removed";
  }

  std::string Insert() {
    const std::size_t index = Below(lines_->size() + 1);
    std::string line = Line(Below(lines_->size()));
    line.replace(line.find("2026"), 4, "2025");
    if (Below(2) == 0) line = "{\"event\":{\"action\":\"authorize\"}}\n";
    lines_->insert(lines_->begin() + static_cast<std::ptrdiff_t>(index), line);
    ShowAt(index);
    return "a line is inserted";
  }

  std::string Duplicate() {
    const std::size_t from = Below(lines_->size());
    const std::size_t to = Below(lines_->size() + 1);
    const std::string line = Line(from);
    lines_->insert(lines_->begin() + static_cast<std::ptrdiff_t>(to), line);
    // A copy right before a line is the line, and the line the copy.
    ShowAt(to == from ? to + 1 : to);
    return "a line is duplicated";
  }

  std::string Swap() {
    const std::size_t a = Below(lines_->size());
    const std::size_t b = Below(lines_->size());
    if (a == b) return Swap();
    std::swap(Line(a), Line(b));
    ShowAt(std::min(a, b));
    return "two lines are swapped";
  }

  std::string Move() {
    const std::size_t from = Below(lines_->size());
    const std::size_t to = Below(lines_->size() - 1);
    if (from == to) return Move();
    const std::string line = Line(from);
    lines_->erase(lines_->begin() + static_cast<std::ptrdiff_t>(from));
    lines_->insert(lines_->begin() + static_cast<std::ptrdiff_t>(to), line);
    ShowAt(std::min(from, to));
    return "a line is moved";
  }

  std::string Cut() {
    const std::size_t index = Below(lines_->size());
    Line(index).resize(1 + Below(Line(index).size() - 1));
    lines_->resize(index + 1);
    ShowAt(index);
    return "the file is cut in the middle of a line";
  }

  std::string CutOut() {
    const std::size_t index = Below(lines_->size());
    const std::size_t from = Below(Line(index).size());
    Line(index).erase(from, 1 + Below(Line(index).size() - from));
    if (Line(index).empty()) only_end_is_cut_ = file_ == 1 && index + 1 == lines_->size();
    ShowAt(index);
    return "a piece of a line is cut out";
  }

  std::array<Lines, 2> files_;
  std::mt19937 random_;
  std::size_t file_ = 0;
  Lines* lines_ = nullptr;
  Place shown_;
  bool only_end_is_cut_ = false;
};

TEST_CASE("a thousand random edits of a signed trail are found and the line is named") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  testing::TrailWriter trail("/var/log/certgate/audit.jsonl", keys.signer.get());
  const std::array<Lines, 2> files = {SplitLines(trail.File(9, "start", "rotate")),
                                      SplitLines(trail.File(7, "rotate"))};
  VerifyOptions options;
  options.keys.push_back(std::move(keys.verifier));
  REQUIRE(testing::Outcome(testing::Verify({JoinLines(files[0]), JoinLines(files[1])}, options)) ==
          "intact");
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    Editor editor(files, seed);
    const std::string what = editor.Edit();
    options.must_be_closed = false;
    VerifyResult result = testing::Verify(editor.contents(), options);
    CAPTURE(seed, what, result.fault.has_value() ? result.fault->message : "");
    if (editor.only_end_is_cut()) {
      // The chain alone cannot show it.
      CHECK(testing::Outcome(result) == "intact");
      CHECK_FALSE(result.trails.front().is_closed);
      options.must_be_closed = true;
      result = testing::Verify(editor.contents(), options);
      CHECK_FALSE(result.is_intact());
      continue;
    }
    REQUIRE_FALSE(result.is_intact());
    const Place shown = editor.shown();
    CHECK(result.fault->file + ":" + std::to_string(result.fault->line) ==
          std::to_string(shown.file) + ".jsonl:" + std::to_string(shown.line));
  }
}

}  // namespace
}  // namespace certgate
