#include "src/trail/verify.h"

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/trail_writer.h"
#include "tests/unit/trail/verified_files.h"

namespace certgate {
namespace {

using testing::JoinLines;
using testing::Outcome;
using testing::SplitLines;
using testing::TrailWriter;
using testing::Verify;
using Lines = std::vector<std::string>;

Lines TenLines() {
  TrailWriter trail;
  return SplitLines(trail.File(8));
}

// The first fault of the ten lines after an edit.
template <typename Edit>
VerifyResult After(Edit edit) {
  Lines lines = TenLines();
  edit(lines);
  return Verify({JoinLines(lines)});
}

TEST_CASE("a trail that is as it was written is intact") {
  const VerifyResult result = Verify({JoinLines(TenLines())});
  CHECK(Outcome(result) == "intact");
  CHECK(result.records == 10);
  REQUIRE(result.trails.size() == 1);
  const TrailSummary& trail = result.trails.front();
  CHECK(trail.begins_at_genesis);
  CHECK(trail.is_closed);
  CHECK(trail.first.sequence == 1);
  CHECK(trail.last.sequence == 10);
  CHECK(trail.place == "/var/log/certgate/audit.jsonl");
  CHECK(result.notes.empty());
}

TEST_CASE("a changed line is named") {
  const auto result =
      After([](Lines& lines) { lines[4].replace(lines[4].find("till"), 4, "tall"); });
  CHECK(Outcome(result) == "0.jsonl:5: changed");
  CHECK(result.fault->message == "this line was changed: its hash does not fit what it holds");
  CHECK(result.further_faults == 0);
}

TEST_CASE("a hash that was changed is named at its line alone") {
  const auto result = After([](Lines& lines) {
    char& digit = lines[4][lines[4].size() - 10];
    digit = digit == '0' ? '1' : '0';
  });
  CHECK(Outcome(result) == "0.jsonl:5: changed");
  CHECK(result.further_faults == 0);
}

TEST_CASE("removed lines are counted and named by the line behind them") {
  const auto result =
      After([](Lines& lines) { lines.erase(lines.begin() + 3, lines.begin() + 6); });
  CHECK(Outcome(result) == "0.jsonl:4: removed");
  CHECK(result.fault->count == 3);
  CHECK(result.fault->message == "3 records are missing before this line: records 4 to 6");
}

TEST_CASE("an inserted line is told from a changed one by what follows it") {
  const auto result = After([](Lines& lines) { lines.insert(lines.begin() + 3, "{\"a\":1}\n"); });
  CHECK(Outcome(result) == "0.jsonl:4: inserted");
  CHECK(result.further_faults == 0);
  CHECK(Outcome(After([](Lines& lines) { lines[3] = "{\"a\":1}\n"; })) == "0.jsonl:4: changed");
}

TEST_CASE("lines that were put into another order are named") {
  const auto result = After([](Lines& lines) { std::swap(lines[3], lines[4]); });
  CHECK(Outcome(result) == "0.jsonl:4: reordered");
  CHECK(result.fault->message ==
        "this line stands too early: record 4 should come before it, and record 4 stands in "
        "0.jsonl:5");
  CHECK(result.further_faults == 0);
}

TEST_CASE("a line that comes twice is named, next to itself and elsewhere") {
  CHECK(Outcome(After([](Lines& lines) { lines.insert(lines.begin() + 3, lines[2]); })) ==
        "0.jsonl:4: duplicated");
  CHECK(Outcome(After([](Lines& lines) { lines.insert(lines.begin() + 7, lines[2]); })) ==
        "0.jsonl:8: duplicated");
  CHECK(Outcome(After([](Lines& lines) { lines.insert(lines.begin() + 2, lines[7]); })) ==
        "0.jsonl:3: duplicated");
  CHECK(Outcome(After([](Lines& lines) { lines.insert(lines.begin() + 5, lines[0]); })) ==
        "0.jsonl:6: duplicated");
  CHECK(Outcome(After([](Lines& lines) { lines.push_back(lines[9]); })) ==
        "0.jsonl:11: duplicated");
}

TEST_CASE("a line that was written anew with a hash of its own is found") {
  Lines lines = TenLines();
  TrailWriter forger;
  for (int i = 0; i < 4; ++i) forger.Call();
  // Chained to something else than line 4, and line 6 is not chained to it.
  lines[4] = forger.Call({.caller = "mallory"});
  const auto result = Verify({JoinLines(lines)});
  CHECK(Outcome(result) == "0.jsonl:5: replaced");
  CHECK(result.further_faults == 1);
}

TEST_CASE("a line that the file ends in is torn") {
  const auto result = After([](Lines& lines) { lines[9].resize(100); });
  CHECK(Outcome(result) == "0.jsonl:10: torn");
  const auto bare = After([](Lines& lines) { lines[9].pop_back(); });
  CHECK(Outcome(bare) == "0.jsonl:10: torn");
  CHECK(bare.fault->message == "the line break at the end of this line is missing");
}

TEST_CASE("an empty line and a very long one are named") {
  CHECK(Outcome(After([](Lines& lines) { lines.insert(lines.begin() + 1, "\n"); })) ==
        "0.jsonl:2: inserted");
  CHECK(Outcome(After([](Lines& lines) {
          lines.insert(lines.begin() + 1, std::string(2'000'000, 'x') + "\n");
        })) == "0.jsonl:2: inserted");
}

TEST_CASE("lines without hashes are named") {
  CHECK(Outcome(Verify({"{\"event\":{\"action\":\"authorize\"}}\n"})) == "0.jsonl:1: changed");
}

TEST_CASE("an empty file is no trail") { CHECK(Outcome(Verify({""})) == "0.jsonl:0: removed"); }

TEST_CASE("a trail goes on from file to file") {
  TrailWriter trail;
  const std::string first = trail.File(5, "start", "rotate");
  const std::string second = trail.File(5, "rotate", "rotate");
  const std::string third = trail.File(5, "rotate");
  CHECK(Outcome(Verify({third, first, second})) == "intact");

  const auto without = Verify({first, third});
  CHECK(Outcome(without) == "1.jsonl:1: removed");
  CHECK(without.fault->count == 7);
  CHECK(without.fault->message ==
        "7 records are missing before this line: records 8 to 14; 0.jsonl ends with record 7");
}

TEST_CASE("a trail may begin in the middle") {
  TrailWriter trail;
  trail.File(5, "start", "rotate");
  const auto result = Verify({trail.File(5, "rotate")});
  CHECK(Outcome(result) == "intact");
  CHECK(result.notes == Lines{"begins at record 8; older records are not here"});
  CHECK_FALSE(result.trails.front().begins_at_genesis);
}

TEST_CASE("a file that does not begin with audit open lacks its beginning") {
  const auto result = After([](Lines& lines) { lines.erase(lines.begin()); });
  CHECK(Outcome(result) == "0.jsonl:1: removed");
}

TEST_CASE("a second trail is told and not taken for a fault") {
  TrailWriter trail;
  const std::string first = trail.File(5);
  trail.set_head({});
  const std::string second = trail.File(3);
  const auto apart = Verify({first, second});
  CHECK(Outcome(apart) == "intact");
  CHECK(apart.trails.size() == 2);

  const auto together = Verify({first + second});
  CHECK(Outcome(together) == "intact");
  CHECK(together.notes ==
        Lines{"a new trail begins in 0.jsonl:8: nothing links it to the records before"});
}

TEST_CASE("trails of two places are followed each by itself") {
  TrailWriter one("/var/log/one.jsonl");
  TrailWriter other("/var/log/other.jsonl");
  std::vector<std::string> files;
  for (int i = 0; i < 3; ++i) {
    const bool is_first = i == 0;
    files.push_back(one.File(3 + i, is_first ? "start" : "rotate", "rotate"));
    files.push_back(other.File(7, is_first ? "start" : "rotate", "rotate"));
  }
  CHECK(Outcome(Verify(files)) == "intact");
  // The middle file of one of them.
  files.erase(files.begin() + 2);
  const auto result = Verify(files);
  CHECK(result.fault->count == 6);
}

TEST_CASE("a file that is there twice is checked and told") {
  const std::string text = JoinLines(TenLines());
  const auto result = Verify({text, text});
  CHECK(Outcome(result) == "intact");
  CHECK(result.notes ==
        Lines{"1.jsonl begins with the same record as another file, and was checked by itself"});
}

TEST_CASE("an end without audit close is a note, and a fault where that is asked for") {
  Lines lines = TenLines();
  lines.pop_back();
  const std::string text = JoinLines(lines);
  const auto result = Verify({text});
  CHECK(Outcome(result) == "intact");
  CHECK(result.notes ==
        Lines{"the end has no `audit-close`: the server still runs, was killed, or the end was cut "
              "off"});
  VerifyOptions options;
  options.must_be_closed = true;
  CHECK(Outcome(Verify({text}, options)) == "0.jsonl:9: open_end");
}

TEST_CASE("a hash that was noted elsewhere must be there") {
  const Lines lines = TenLines();
  VerifyOptions options;
  options.expected.push_back(
      *ChainHash::Parse(ReadChain(lines[9].substr(0, lines[9].size() - 1))->hash));
  const auto whole = Verify({JoinLines(lines)}, options);
  CHECK(Outcome(whole) == "intact");
  CHECK(whole.notes.size() == 1);
  const auto cut = Verify({JoinLines({lines.begin(), lines.begin() + 9})}, options);
  CHECK(Outcome(cut) == ":0: unknown_hash");
}

TEST_CASE("a record is not taken for the first one because it names no predecessor") {
  TrailWriter trail;
  trail.set_head({ChainHash(), 41});
  CHECK(Outcome(Verify({trail.File(2)})) == "0.jsonl:1: replaced");
}

TEST_CASE("a file that is rotated while the files are read is no fault") {
  const testing::ScratchDirectory folder;
  TrailWriter trail;
  const std::string first = folder.Write("0.jsonl", trail.File(3, "start", "rotate"));
  const std::string second = folder.Write("1.jsonl", trail.File(3, "rotate", "rotate"));
  const auto files = FindTrailFiles({first, second}, FileOrder::kBySequence);
  trail.File(3, "rotate", "rotate");
  folder.Write("1.jsonl", trail.File(3, "rotate"));
  VerifyResult result;
  const absl::Status status = VerifyTrails(*files, {}, result);
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(status.message()) ==
        "`" + second + "` was rotated while the files were read; try it again");
  CHECK(result.is_intact());
}

TEST_CASE("a file that cannot be read to its end fails") {
  const testing::ScratchDirectory folder;
  VerifyResult result;
  const auto files =
      FindTrailFiles({folder.Write("a.jsonl", "\x1F\x8B half")}, FileOrder::kBySequence);
  CHECK(VerifyTrails(*files, {}, result).code() == absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace certgate
