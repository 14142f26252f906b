#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/authorization/watch_probe.h"

namespace certgate {

namespace fs = std::filesystem;
using testing::ScratchDirectory;

TEST_CASE("a file that nobody touches is silent and reading it is no change") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  CHECK(fs::file_size(path) == 3);
  close(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(probe.IsSilent());
}

TEST_CASE("an edit in place is told once") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile(path, O_TRUNC).Write("new");
  CHECK(probe.SeesChange());
  CHECK(probe.IsSilent());
}

TEST_CASE("an append is told") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile(path, O_APPEND).Write("more");
  CHECK(probe.SeesChange());
}

TEST_CASE("a file that is written slowly is told when it is closed and not before") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, O_TRUNC);
  for (const char* piece : {"a", "b", "c"}) {
    file.Write(piece);
    CHECK(probe.watch().Wait(absl::Milliseconds(50)) == FileWatch::Wake::kTimeout);
    CHECK(probe.watch().is_being_written());
  }
  file.Close();
  CHECK(probe.SeesChange());
  CHECK_FALSE(probe.watch().is_being_written());
}

TEST_CASE("other permissions in the middle of a slow write do not end the wait") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, O_TRUNC);
  file.Write("new");
  CHECK(chmod(path.c_str(), 0640) == 0);
  CHECK(probe.watch().Wait(absl::Milliseconds(50)) == FileWatch::Wake::kTimeout);
  file.Close();
  CHECK(probe.SeesChange());
}

TEST_CASE("a change waits for the slow writer of another watched file") {
  const ScratchDirectory scratch;
  const std::string policy = scratch.Write("policy.yaml", "old");
  const std::string bundle = scratch.Write("ca.pem", "old");
  WatchProbe probe({policy, bundle});
  OpenFile file(bundle, O_TRUNC);
  file.Write("half");
  OpenFile(policy, O_TRUNC).Write("new");
  CHECK(probe.watch().Wait(absl::Milliseconds(50)) == FileWatch::Wake::kTimeout);
  file.Close();
  CHECK(probe.SeesChange());
}

TEST_CASE("following the paths again does not forget a writer") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, O_TRUNC);
  file.Write("half");
  CHECK(probe.IsSilent());
  CHECK(probe.watch().Watch({path}).empty());
  CHECK(probe.watch().is_being_written());
  CHECK(probe.IsSilent());
  file.Close();
  CHECK(probe.SeesChange());
}

TEST_CASE("a writer that never closes its file is told after the settle time") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path}, absl::Milliseconds(30));
  OpenFile file(path, O_APPEND);
  file.Write("more");
  CHECK(probe.SeesChange());
}

TEST_CASE("a rename over the file is told even while somebody writes to the old one") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, 0);
  file.Write("half");
  CHECK(probe.IsSilent());
  fs::rename(scratch.Write("policy.yaml.new", "new"), path);
  CHECK(probe.SeesChange());
  file.Write("who reads this");
  file.Close();
  CHECK(probe.IsSilent());
}

TEST_CASE("a deleted file is told even while somebody writes to it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  OpenFile file(path, 0);
  file.Write("half");
  CHECK(probe.IsSilent());
  fs::remove(path);
  CHECK(probe.SeesChange());
}

TEST_CASE("a file that is made again is told when it is written and not while it is empty") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  fs::remove(path);
  CHECK(probe.SeesChange());
  OpenFile file(path, O_CREAT | O_EXCL);
  CHECK(probe.watch().Wait(absl::Milliseconds(50)) == FileWatch::Wake::kTimeout);
  file.Write("new");
  CHECK(probe.IsSilent());
  file.Close();
  CHECK(probe.SeesChange());
}

TEST_CASE("a file that is linked into place or moved away is told at once") {
  const ScratchDirectory scratch;
  const std::string source = scratch.Write("source", "new");
  const std::string path = scratch.PathOf("policy.yaml");
  WatchProbe probe({path});
  fs::create_hard_link(source, path);
  CHECK(probe.SeesChange());
  fs::rename(path, scratch.PathOf("away"));
  CHECK(probe.SeesChange());
}

TEST_CASE("other permissions of the file are told") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  CHECK(chmod(path.c_str(), 0400) == 0);
  CHECK(probe.SeesChange());
}

TEST_CASE("several files written in a row are told together") {
  const ScratchDirectory scratch;
  std::vector<std::string> paths;
  for (int i = 0; i < 20; ++i) paths.push_back(scratch.Write(std::to_string(i), "old"));
  WatchProbe probe(paths);
  for (const std::string& path : paths) OpenFile(path, O_TRUNC).Write("new");
  CHECK(probe.SeesChange());
  CHECK(probe.IsSilent());
}

TEST_CASE("other files in the same directory stay silent") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "old");
  WatchProbe probe({path});
  const std::string other = scratch.Write("policy.yaml~", "x");
  OpenFile(other, O_APPEND).Write("y");
  CHECK(chmod(other.c_str(), 0400) == 0);
  fs::rename(other, scratch.PathOf("policy"));
  fs::create_directory(scratch.PathOf("directory"));
  fs::remove(scratch.PathOf("policy"));
  CHECK(probe.IsSilent());
  CHECK_FALSE(probe.watch().is_being_written());
}

}  // namespace certgate
