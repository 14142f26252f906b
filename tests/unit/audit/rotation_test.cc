#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/sanitized.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::ChainedLine;
using testing::MustOpen;
using testing::NamesIn;
using testing::ReadFile;
using testing::ScratchDirectory;
using Turn = AuditSink::Turn;

constexpr std::uint64_t kSmall = 65536;

std::string Line(char letter, std::size_t bytes) { return std::string(bytes - 1, letter) + "\n"; }

// A sink whose file is as full as it may get before it is rotated.
std::unique_ptr<AuditSink> FullSink(const std::string& path) {
  std::unique_ptr<AuditSink> sink =
      MustOpen(AuditFileOptions{.path = path, .rotate_bytes = kSmall});
  sink->Open();
  if (!sink->Write(Line('a', 60000)).status.ok()) throw std::runtime_error("cannot write");
  return sink;
}

TEST_CASE("a file that would grow too large is closed and renamed") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = FullSink(path);
  const absl::Time now = absl::Now();
  CHECK(sink->Due(1000, now) == Turn::kNone);
  CHECK(sink->Due(6000, now) == Turn::kRotate);
  const absl::StatusOr<AuditSink::Opening> opening = sink->Next(Turn::kRotate, now);
  REQUIRE(opening.ok());
  CHECK(opening->place == path);
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{opening->continues, "audit.jsonl"});
  CHECK_THAT(opening->continues, ContainsSubstring("audit-2"));
  CHECK(sink->Write("next\n").status.ok());
  CHECK(ReadFile(scratch.PathOf(opening->continues)) == Line('a', 60000));
  CHECK(ReadFile(path) == "next\n");
  CHECK(sink->Due(1000, now) == Turn::kNone);
}

TEST_CASE("what was written to the closed file is not taken back from the new one") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink = FullSink(scratch.PathOf("audit.jsonl"));
  REQUIRE(sink->Next(Turn::kRotate, absl::Now()).ok());
  CHECK_FALSE(sink->TakeBack());
  CHECK(sink->Write("one\n").status.ok());
  CHECK(sink->TakeBack());
  CHECK(ReadFile(scratch.PathOf("audit.jsonl")).empty());
}

TEST_CASE("a file with little in it is not rotated whatever is to come") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink =
      MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .rotate_bytes = kSmall});
  sink->Open();
  CHECK(sink->Due(1000000, absl::Now()) == Turn::kNone);
  CHECK(sink->Write(Line('a', 1000)).status.ok());
  CHECK(sink->Due(1000000, absl::Now()) == Turn::kNone);
}

TEST_CASE("a file is rotated when its first record is old, also after a restart") {
  const ScratchDirectory scratch;
  const std::string path =
      scratch.Write("audit.jsonl", ChainedLine(1, "", "2026-11-26T06:00:00.000000Z") +
                                       ChainedLine(2, "", "2026-11-26T06:59:00.000000Z"));
  const std::unique_ptr<AuditSink> sink =
      MustOpen(AuditFileOptions{.path = path, .rotate_age = absl::Hours(1)});
  sink->Open();
  absl::Time first;
  std::string error;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, "2026-11-26T06:00:00Z", &first, &error));
  CHECK(sink->Due(100, first + absl::Minutes(59)) == Turn::kNone);
  CHECK(sink->Due(100, first + absl::Minutes(60)) == Turn::kRotate);
  REQUIRE(sink->Next(Turn::kRotate, first + absl::Minutes(60)).ok());
  CHECK(std::filesystem::exists(scratch.PathOf("audit-20261126T070000.000000Z.jsonl")));
  // An empty file has no age.
  CHECK(sink->Due(100, first + absl::Hours(100)) == Turn::kNone);
}

TEST_CASE("closed files are named in the order of the trail also when the clock is set back") {
  const ScratchDirectory scratch;
  scratch.Write("audit-20990101T000000.000000Z.jsonl.gz", "");
  const std::unique_ptr<AuditSink> sink = FullSink(scratch.PathOf("audit.jsonl"));
  for (const char* const name :
       {"audit-20990101T000000.000001Z.jsonl", "audit-20990101T000000.000002Z.jsonl"}) {
    const absl::StatusOr<AuditSink::Opening> opening = sink->Next(Turn::kRotate, absl::Now());
    REQUIRE(opening.ok());
    CHECK(opening->continues == name);
  }
}

TEST_CASE("the new file has the mode of the old one") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("audit.jsonl", "");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  const std::unique_ptr<AuditSink> sink = FullSink(path);
  REQUIRE(sink->Next(Turn::kRotate, absl::Now()).ok());
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("the new file is locked as the old one was") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = FullSink(path);
  REQUIRE(sink->Next(Turn::kRotate, absl::Now()).ok());
  CHECK(OpenAuditFile({.path = path}).status().code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a rotation that fails changes nothing and waits a minute") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = FullSink(path);
  // A directory in the way of the new file: it cannot be made.
  std::filesystem::create_directories(scratch.PathOf("audit.jsonl.new/x"));
  const absl::Time now = absl::Now();
  const absl::Status failed = sink->Next(Turn::kRotate, now).status();
  CHECK_THAT(std::string(failed.message()),
             ContainsSubstring("cannot rotate audit file `" + path +
                               "`: a new file cannot be made: File exists"));
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"audit.jsonl", "audit.jsonl.new"});
  CHECK(sink->Due(6000, now + absl::Seconds(59)) == Turn::kNone);
  CHECK(sink->Write("next\n").status.ok());
  CHECK(ReadFile(path) == Line('a', 60000) + "next\n");
  CHECK(sink->TakeBack());
  CHECK(sink->Due(6000, now + absl::Seconds(60)) == Turn::kRotate);
  // A clock that was set back does not make it wait for longer.
  CHECK(sink->Due(6000, now - absl::Hours(1)) == Turn::kRotate);
  std::filesystem::remove_all(scratch.PathOf("audit.jsonl.new"));
  CHECK(sink->Next(Turn::kRotate, now).ok());
}

TEST_CASE("a rotation without a free descriptor changes nothing") {
  if (testing::kIsSanitized) return;  // A sanitizer needs descriptors of its own.
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int result = testing::InChild([&] {
    const std::unique_ptr<AuditSink> sink = FullSink(path);
    const rlimit none = {0, 0};
    if (setrlimit(RLIMIT_NOFILE, &none) != 0) return 1;
    if (sink->Next(Turn::kRotate, absl::Now()).ok()) return 2;
    return sink->Write("next\n").status.ok() ? 0 : 3;
  });
  CHECK(result == 0);
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"audit.jsonl"});
  CHECK(ReadFile(path) == Line('a', 60000) + "next\n");
}

TEST_CASE("a closed file is never replaced") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink = FullSink(scratch.PathOf("audit.jsonl"));
  absl::Time time;
  std::string error;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, "2026-11-26T06:15:30Z", &time, &error));
  scratch.Write("audit-20261126T061530.000000Z.jsonl", "there before");
  const absl::Status failed = sink->Next(Turn::kRotate, time).status();
  CHECK_THAT(std::string(failed.message()),
             ContainsSubstring("cannot be given the name `audit-20261126T061530.000000Z.jsonl`"));
  CHECK(NamesIn(scratch.path()).size() == 2);
  CHECK(ReadFile(scratch.PathOf("audit-20261126T061530.000000Z.jsonl")) == "there before");
  // The next attempt takes another name.
  CHECK(sink->Next(Turn::kRotate, time).ok());
}

TEST_CASE("a file that another tool moved away is not rotated but opened again") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = FullSink(path);
  std::filesystem::rename(path, scratch.PathOf("audit.jsonl.1"));
  CHECK(sink->Due(6000, absl::Now()) == Turn::kReopen);
  scratch.Write("audit.jsonl", "of another");
  CHECK(sink->Due(6000, absl::Now()) == Turn::kReopen);
  // Asked to rotate all the same, it takes nothing that is not its own.
  CHECK_FALSE(sink->Next(Turn::kRotate, absl::Now()).ok());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"audit.jsonl", "audit.jsonl.1"});
  CHECK(ReadFile(path) == "of another");
}

TEST_CASE("a file is rotated where a symbolic link leads to") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.PathOf("real"));
  std::filesystem::create_symlink("real/log", scratch.PathOf("audit.jsonl"));
  const std::unique_ptr<AuditSink> sink = FullSink(scratch.PathOf("audit.jsonl"));
  const absl::StatusOr<AuditSink::Opening> opening = sink->Next(Turn::kRotate, absl::Now());
  REQUIRE(opening.ok());
  CHECK(NamesIn(scratch.PathOf("real")) == std::vector<std::string>{"log", opening->continues});
  CHECK(std::filesystem::is_symlink(scratch.PathOf("audit.jsonl")));
  CHECK(sink->Due(6, absl::Now()) == Turn::kNone);
}

TEST_CASE("a trail is whole across many rotations") {
  const ScratchDirectory scratch;
  {
    const auto log =
        testing::LogToFile({.path = scratch.PathOf("audit.jsonl"), .rotate_bytes = kSmall});
    for (int i = 0; i < 500; ++i) CHECK(testing::AppendCall(*log).ok());
  }
  CHECK(testing::WrongWithTrail(scratch.path(), "audit.jsonl") == "");
  const std::vector<std::string> names = testing::TrailNames(scratch.path(), "audit.jsonl");
  CHECK(names.size() > 5);
  for (const std::string& name : names) {
    CHECK(std::filesystem::file_size(scratch.PathOf(name)) <= kSmall);
  }
}

}  // namespace
}  // namespace certgate
