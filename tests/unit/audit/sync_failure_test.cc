#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace {

std::atomic<int> failing_file_syncs = 0;
std::atomic<int> failing_directory_syncs = 0;

int SyncOrFail(std::atomic<int>& failing, long number, int fd) {
  if (failing > 0) {
    --failing;
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(number, fd));
}

}  // namespace

// In place of those of the C library, in this program alone: no disk fails when it is asked to.
extern "C" int fdatasync(int fd) { return SyncOrFail(failing_file_syncs, SYS_fdatasync, fd); }
extern "C" int fsync(int fd) { return SyncOrFail(failing_directory_syncs, SYS_fsync, fd); }

namespace certgate {
namespace {

using testing::MustOpen;
using testing::ReadFile;
using testing::ScratchDirectory;

TEST_CASE("a sync that failed is forgotten once nothing is left that it was to prove") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  REQUIRE(sink->Write("one\n").status.ok());
  REQUIRE(sink->Sync().ok());
  REQUIRE(sink->Write("two\n").status.ok());
  failing_file_syncs = 1;
  CHECK(sink->Sync().message() == "cannot sync: Input/output error");
  CHECK(sink->TakeBack());
  CHECK(ReadFile(path) == "one\n");
  CHECK(sink->Write("three\n").status.ok());
  CHECK(sink->Sync().ok());
}

TEST_CASE("a sync that failed is not made good by a later one") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink = MustOpen(scratch.PathOf("audit.jsonl"));
  REQUIRE(sink->Write("one\n").status.ok());
  REQUIRE(sink->Write("two\n").status.ok());
  failing_file_syncs = 1;
  CHECK_FALSE(sink->Sync().ok());
  CHECK_FALSE(sink->Sync().ok());
  // The first line was under way too, and stays.
  CHECK(sink->TakeBack());
  CHECK(sink->Sync().message() ==
        "cannot sync: an earlier sync failed, and what was written before it cannot be proved");
}

TEST_CASE("a file whose records cannot be proved is rotated and the next one is sound") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink =
      MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .rotate_bytes = 65536});
  sink->Open();
  REQUIRE(sink->Write("one\n").status.ok());
  REQUIRE(sink->Write("two\n").status.ok());
  failing_file_syncs = 1;
  CHECK_FALSE(sink->Sync().ok());
  CHECK(sink->Due(10, absl::Now()) == AuditSink::Turn::kRotate);
  REQUIRE(sink->Next(AuditSink::Turn::kRotate, absl::Now()).ok());
  CHECK(sink->Write("three\n").status.ok());
  CHECK(sink->Sync().ok());
}

TEST_CASE("a new file is not on the disk before its directory is") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> sink = MustOpen(scratch.PathOf("audit.jsonl"));
  REQUIRE(sink->Write("one\n").status.ok());
  failing_directory_syncs = 2;
  CHECK(sink->Sync().message() == "cannot sync: its directory: Input/output error");
  CHECK_FALSE(sink->Sync().ok());
  CHECK(sink->Sync().ok());
  // From then on it is.
  failing_directory_syncs = 1;
  CHECK(sink->Sync().ok());
  failing_directory_syncs = 0;
}

}  // namespace
}  // namespace certgate
