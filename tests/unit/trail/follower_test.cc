#include "src/trail/follower.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate {
namespace {

using Lines = std::vector<std::string>;

void Append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app) << text;
}

Lines Poll(TrailFollower& follower) {
  Lines lines;
  REQUIRE(follower
              .Poll([&](const TrailLine& line) {
                lines.push_back(line.is_too_long ? "too long" : std::string(line.text));
                if (line.is_torn) lines.back() += " (torn)";
              })
              .ok());
  return lines;
}

TEST_CASE("lines are given out when they are whole") {
  const testing::ScratchDirectory folder;
  const std::string path = folder.Write("audit.jsonl", "a\nb\nhal");
  auto follower = TrailFollower::Open(path).value();
  CHECK(Poll(*follower) == Lines{"a", "b"});
  CHECK(Poll(*follower).empty());
  Append(path, "f\nc\n");
  CHECK(Poll(*follower) == Lines{"half", "c"});
}

TEST_CASE("a rotated file is read to its end before the new one") {
  const testing::ScratchDirectory folder;
  const std::string path = folder.Write("audit.jsonl", "a\n");
  auto follower = TrailFollower::Open(path).value();
  CHECK(Poll(*follower) == Lines{"a"});
  std::filesystem::rename(path, path + ".1");
  Append(path + ".1", "b\n");
  CHECK(Poll(*follower) == Lines{"b"});
  // As logrotate makes it; the server still writes to the old one.
  folder.Write("audit.jsonl", "");
  Append(path + ".1", "c\n");
  CHECK(Poll(*follower) == Lines{"c"});
  Append(path + ".1", "d\n");
  Append(path, "e\n");
  CHECK(Poll(*follower) == Lines{"d", "e"});
  CHECK(follower->TakeNews() == "was rotated");
  CHECK(follower->TakeNews().empty());
}

TEST_CASE("half a line that a rotated file ends with is given out as torn") {
  const testing::ScratchDirectory folder;
  const std::string path = folder.Write("audit.jsonl", "a\nhalf");
  auto follower = TrailFollower::Open(path).value();
  CHECK(Poll(*follower) == Lines{"a"});
  std::filesystem::rename(path, path + ".1");
  folder.Write("audit.jsonl", "b\n");
  CHECK(Poll(*follower) == Lines{"half (torn)", "b"});
}

TEST_CASE("a file that was cut short is read from its beginning") {
  const testing::ScratchDirectory folder;
  const std::string path = folder.Write("audit.jsonl", "first\nsecond\n");
  auto follower = TrailFollower::Open(path).value();
  CHECK(Poll(*follower).size() == 2);
  folder.Write("audit.jsonl", "third\n");
  CHECK(Poll(*follower) == Lines{"third"});
  CHECK(follower->TakeNews() == "was cut short");
}

TEST_CASE("following can begin near the end with a whole line") {
  const testing::ScratchDirectory folder;
  const std::string path = folder.Write("audit.jsonl", "first\nsecond\nthird\n");
  auto follower = TrailFollower::Open(path).value();
  CHECK(follower->StartBeforeEnd(8));
  CHECK(Poll(*follower) == Lines{"third"});
  follower->Restart();
  CHECK(Poll(*follower).size() == 3);
  CHECK_FALSE(follower->StartBeforeEnd(1000));
}

TEST_CASE("a line that is too long is passed over") {
  const testing::ScratchDirectory folder;
  const std::string path =
      folder.Write("audit.jsonl", "a\n" + std::string(3 * kMostLineBytes, 'x') + "\nb\n");
  auto follower = TrailFollower::Open(path).value();
  CHECK(Poll(*follower) == Lines{"a", "too long", "b"});
}

TEST_CASE("what cannot be followed is refused with what to do") {
  const testing::ScratchDirectory folder;
  const auto message = [](const std::string& path) {
    return std::string(TrailFollower::Open(path).status().message());
  };
  CHECK(message(folder.Write("audit.jsonl.gz", "\x1F\x8B packed")).find("it is packed") !=
        std::string::npos);
  CHECK(message("/dev/null").find("it is no regular file") != std::string::npos);
  CHECK(message(folder.PathOf("missing")).find("no such file or directory") != std::string::npos);
}

}  // namespace
}  // namespace certgate
