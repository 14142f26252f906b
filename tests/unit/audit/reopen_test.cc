#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::MustOpen;
using testing::ReadFile;
using testing::ScratchDirectory;
using Turn = AuditSink::Turn;

// An audit file with one line in it.
struct Scene {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("log/audit.jsonl");
  std::unique_ptr<AuditSink> sink;

  Scene() {
    std::filesystem::create_directory(scratch.PathOf("log"));
    sink = MustOpen(path);
    sink->Open();
    if (!sink->Write("one\n").status.ok()) throw std::runtime_error("cannot write");
  }
  Turn Due() { return sink->Due(5, absl::Now()); }
  absl::StatusOr<AuditSink::Opening> Next(Turn turn) { return sink->Next(turn, absl::Now()); }
  std::string PathOf(const std::string& name) const { return scratch.PathOf("log/" + name); }
};

TEST_CASE("a file that lies where it lay is not opened again") {
  Scene scene;
  scene.sink->AskToReopen();
  CHECK(scene.Due() == Turn::kNone);
  CHECK(scene.sink->TakeBack());
}

TEST_CASE("a file that was moved away is written to until it is asked to reopen") {
  Scene scene;
  std::filesystem::rename(scene.path, scene.PathOf("audit.jsonl.1"));
  CHECK(scene.Due() == Turn::kNone);
  CHECK(scene.sink->Write("two\n").status.ok());
  scene.sink->AskToReopen();
  CHECK(scene.Due() == Turn::kReopen);
  const absl::StatusOr<AuditSink::Opening> opening = scene.Next(Turn::kReopen);
  REQUIRE(opening.ok());
  CHECK(opening->place == scene.path);
  CHECK(opening->continues == "audit.jsonl.1");
  CHECK(opening->remark.empty());
  CHECK(scene.sink->Write("three\n").status.ok());
  CHECK(ReadFile(scene.PathOf("audit.jsonl.1")) == "one\ntwo\n");
  CHECK(ReadFile(scene.path) == "three\n");
  CHECK(scene.Due() == Turn::kNone);
}

TEST_CASE("a file that was moved to another directory is named by its path") {
  Scene scene;
  std::filesystem::rename(scene.path, scene.scratch.PathOf("moved"));
  const absl::StatusOr<AuditSink::Opening> opening = scene.Next(Turn::kReopen);
  REQUIRE(opening.ok());
  CHECK(opening->continues == scene.scratch.PathOf("moved"));
}

TEST_CASE("a file that lies there already is taken, and its torn line cut off") {
  Scene scene;
  std::filesystem::rename(scene.path, scene.PathOf("audit.jsonl.1"));
  scene.scratch.Write("log/audit.jsonl", "foreign\ntorn");
  const absl::StatusOr<AuditSink::Opening> opening = scene.Next(Turn::kReopen);
  REQUIRE(opening.ok());
  CHECK(opening->torn == "torn");
  CHECK(opening->remark == "the file held other lines before");
  CHECK(scene.sink->Write("two\n").status.ok());
  CHECK(ReadFile(scene.path) == "foreign\ntwo\n");
}

TEST_CASE("a reopening that fails is due again") {
  Scene scene;
  std::filesystem::rename(scene.path, scene.PathOf("audit.jsonl.1"));
  std::filesystem::create_directory(scene.path);
  scene.sink->AskToReopen();
  REQUIRE(scene.Due() == Turn::kReopen);
  CHECK_THAT(std::string(scene.Next(Turn::kReopen).status().message()),
             ContainsSubstring("cannot open audit file `" + scene.path + "`: Is a directory"));
  CHECK(scene.Due() == Turn::kReopen);
  std::filesystem::remove(scene.path);
  CHECK(scene.Due() == Turn::kReopen);
  CHECK(scene.Next(Turn::kReopen).ok());
  CHECK(scene.Due() == Turn::kNone);
}

TEST_CASE("a file that another server writes to is not taken") {
  Scene scene;
  std::filesystem::rename(scene.path, scene.PathOf("audit.jsonl.1"));
  const std::unique_ptr<AuditSink> other = MustOpen(scene.path);
  CHECK_THAT(std::string(scene.Next(Turn::kReopen).status().message()),
             ContainsSubstring("another process writes to it"));
}

TEST_CASE(
    "it is looked whether the file was deleted every ten milliseconds, whatever the clock does") {
  Scene scene;
  const absl::Time now = absl::Now();
  const auto due = [&](absl::Time at) { return scene.sink->Due(100, at); };
  CHECK(due(now) == Turn::kNone);
  std::filesystem::remove(scene.path);
  CHECK(due(now + absl::Milliseconds(9)) == Turn::kNone);
  SECTION("later") { CHECK(due(now + absl::Milliseconds(10)) == Turn::kVanished); }
  SECTION("after the clock was set back") {
    CHECK(due(now - absl::Milliseconds(10)) == Turn::kVanished);
  }
}

TEST_CASE("a file that was deleted is noticed and told") {
  Scene scene;
  std::filesystem::remove(scene.path);
  CHECK(scene.Due() == Turn::kVanished);
  const absl::StatusOr<AuditSink::Opening> opening = scene.Next(Turn::kVanished);
  REQUIRE(opening.ok());
  CHECK(opening->continues.empty());
  CHECK(opening->remark == "the file before was deleted, with the records in it");
  CHECK(scene.sink->Write("two\n").status.ok());
  CHECK(ReadFile(scene.path) == "two\n");
}

TEST_CASE("a directory that was deleted is an error until it is there again") {
  Scene scene;
  std::filesystem::remove_all(scene.scratch.PathOf("log"));
  CHECK(scene.Due() == Turn::kVanished);
  CHECK_THAT(std::string(scene.Next(Turn::kVanished).status().message()),
             ContainsSubstring("create its directory"));
  CHECK(scene.Due() == Turn::kVanished);
  std::filesystem::create_directory(scene.scratch.PathOf("log"));
  CHECK(scene.Next(Turn::kVanished).ok());
  CHECK(scene.sink->Write("two\n").status.ok());
  CHECK(ReadFile(scene.path) == "two\n");
}

TEST_CASE("a symbolic link that leads to another file is followed when asked to reopen") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  std::filesystem::create_symlink("monday", path);
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  sink->Open();
  std::filesystem::remove(path);
  std::filesystem::create_symlink("tuesday", path);
  sink->AskToReopen();
  REQUIRE(sink->Due(4, absl::Now()) == Turn::kReopen);
  const absl::StatusOr<AuditSink::Opening> opening = sink->Next(Turn::kReopen, absl::Now());
  REQUIRE(opening.ok());
  CHECK(opening->continues == "monday");
  CHECK(sink->Write("two\n").status.ok());
  CHECK(ReadFile(scratch.PathOf("tuesday")) == "two\n");
}

TEST_CASE("a relative path is found again after the process changed its directory") {
  const ScratchDirectory scratch;
  const int result = testing::InChild([&scratch] {
    if (chdir(scratch.path().c_str()) != 0) return 1;
    const std::unique_ptr<AuditSink> sink = MustOpen("audit.jsonl");
    sink->Open();
    if (chdir("/") != 0) return 2;
    std::filesystem::remove(scratch.PathOf("audit.jsonl"));
    if (!sink->Next(Turn::kVanished, absl::Now()).ok()) return 3;
    return sink->name() == "audit file `audit.jsonl`" ? 0 : 4;
  });
  CHECK(result == 0);
  CHECK(std::filesystem::exists(scratch.PathOf("audit.jsonl")));
}

TEST_CASE("a trail is whole across files that are moved away") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  {
    const auto log = testing::LogToFile({.path = path});
    for (const char* const name : {"audit.jsonl.3", "audit.jsonl.2", "audit.jsonl.1"}) {
      CHECK(testing::AppendCall(*log).ok());
      std::filesystem::rename(path, scratch.PathOf(name));
      CHECK(testing::AppendCall(*log).ok());
      log->Reopen();
      CHECK(testing::AppendCall(*log).ok());
    }
  }
  CHECK(testing::WrongWithTrail(scratch.path(), "audit.jsonl") == "");
}

}  // namespace
}  // namespace certgate
