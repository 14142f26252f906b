#include "src/audit/trail_end.h"

#include <fcntl.h>

#include <string>

#include "src/audit/file_descriptor.h"
#include "src/audit/trail_position.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using testing::ChainedLine;
using testing::HashOf;

TrailEnd EndOf(const std::string& content) {
  const testing::ScratchDirectory scratch;
  const FileDescriptor file(open(scratch.Write("file", content).c_str(), O_RDONLY));
  const absl::StatusOr<TrailEnd> end = ReadTrailEnd(file.get());
  REQUIRE(end.ok());
  // Read from the front, the last line is the same.
  LastLine last;
  for (std::size_t i = 0; i < content.size(); i += 1000) last.Add(content.substr(i, 1000));
  CHECK(last.text() == end->last_line);
  return *end;
}

TEST_CASE("an empty file has no line") {
  const TrailEnd end = EndOf("");
  CHECK(end.whole_bytes == 0);
  CHECK(end.torn_bytes == 0);
  CHECK(end.last_line.empty());
}

TEST_CASE("the last line is found, also a long one across the blocks that are read") {
  CHECK(EndOf("one\n").last_line == "one");
  CHECK(EndOf("one\ntwo\n").last_line == "two");
  for (const std::size_t length : {16383u, 65534u, 65535u, 65536u}) {
    const std::string line(length, 'x');
    CHECK(EndOf("one\n" + line + "\n").last_line == line);
    CHECK(EndOf(line + "\n").last_line == line);
  }
  CHECK(EndOf("one\n" + std::string(200000, 'x') + "\n").last_line == std::string(65536, 'x'));
}

TEST_CASE("empty lines do not count") {
  CHECK(EndOf("one\n\n\n").last_line == "one");
  CHECK(EndOf("one\n" + std::string(100000, '\n')).last_line == "one");
  CHECK(EndOf("\n\n").last_line.empty());
}

TEST_CASE("half a line is told from the whole ones") {
  const TrailEnd end = EndOf("one\ntwo\n{\"torn");
  CHECK(end.whole_bytes == 8);
  CHECK(end.torn_bytes == 6);
  CHECK(end.torn == "{\"torn");
  CHECK(end.last_line == "two");
}

TEST_CASE("of a long torn end the beginning is kept") {
  const TrailEnd end = EndOf("one\n" + std::string(300000, '\0'));
  CHECK(end.whole_bytes == 4);
  CHECK(end.torn_bytes == 300000);
  CHECK(end.torn == std::string(1024, '\0'));
  CHECK(end.last_line == "one");
  const TrailEnd alone = EndOf(std::string(100000, 'x'));
  CHECK(alone.whole_bytes == 0);
  CHECK(alone.torn_bytes == 100000);
  CHECK(alone.last_line.empty());
}

TEST_CASE("a record says where it stands in its trail") {
  std::string line = ChainedLine(41, std::string(64, 'a'), "2026-11-26T06:15:30.123456Z");
  line.pop_back();
  const std::optional<TrailPosition> position = ReadPosition(line);
  REQUIRE(position);
  CHECK(position->hash == HashOf(line));
  CHECK(position->sequence == 41);
  CHECK(position->is_sound);
  CHECK(absl::FormatTime(absl::RFC3339_full, position->time, absl::UTCTimeZone()) ==
        "2026-11-26T06:15:30.123456+00:00");
}

TEST_CASE("a record that was changed is known by its hash") {
  std::string line = ChainedLine(41, "");
  line.pop_back();
  line.replace(line.find("enforce"), 7, "observe");
  const std::optional<TrailPosition> position = ReadPosition(line);
  REQUIRE(position);
  CHECK_FALSE(position->is_sound);
}

TEST_CASE("what is no record of a trail has no place in it") {
  std::string line = ChainedLine(41, "");
  line.pop_back();
  CHECK_FALSE(ReadPosition(""));
  CHECK_FALSE(ReadPosition("{}"));
  CHECK_FALSE(ReadPosition(line.substr(0, line.size() - 1)));
  CHECK_FALSE(ReadPosition(line.substr(1)));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"sequence\":41", "\"sequence\":x"},
           {"\"sequence\":41", "\"sequence\":99999999999999999999"},
           {"\"sequence\":41", "\"number\":41"},
           {"2026-11", "infinite-future"}}) {
    std::string changed = line;
    changed.replace(changed.find(from), from.size(), to);
    CHECK_FALSE(ReadPosition(changed));
  }
}

}  // namespace
}  // namespace certgate
