#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
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

// The message of the error with which `path` is refused.
std::string Refusal(const std::string& path, absl::StatusCode code) {
  const absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = path});
  CHECK(sink.status().code() == code);
  return std::string(sink.status().message());
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

TEST_CASE("a new audit file is readable by its owner alone") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const mode_t before = umask(0);
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  umask(before);
  CHECK(sink->name() == "audit file `" + path + "`");
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(status.st_size == 0);
}

TEST_CASE("lines are appended to what the file holds") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  WriteFile(path, "old\n");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  sink->Open();
  const AuditSink::Written written = sink->Write("one\ntwo\n");
  CHECK(written.status.ok());
  CHECK(written.bytes == 8);
  CHECK(sink->Write("three\n").status.ok());
  CHECK(ReadFile(path) == "old\none\ntwo\nthree\n");
}

TEST_CASE("a second writer is refused for as long as the first one lives") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  std::unique_ptr<AuditSink> first = MustOpen(path);
  const std::string message = Refusal(path, absl::StatusCode::kFailedPrecondition);
  CHECK(message == "cannot open audit file `" + path +
                       "`: another process writes to it; stop that one, or name another file");
  first.reset();
  CHECK(OpenAuditFile({.path = path}).ok());
}

TEST_CASE("a second writer is refused under another name of the file too") {
  const ScratchDirectory scratch;
  const std::unique_ptr<AuditSink> first = MustOpen(scratch.PathOf("audit.jsonl"));
  std::filesystem::create_symlink(scratch.PathOf("audit.jsonl"), scratch.PathOf("link"));
  CHECK_THAT(Refusal(scratch.PathOf("link"), absl::StatusCode::kFailedPrecondition),
             ContainsSubstring("another process writes to it"));
}

TEST_CASE("what the last write wrote can be taken back once") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  REQUIRE(sink->can_take_back());
  CHECK_FALSE(sink->TakeBack());
  CHECK(sink->Write("one\n").status.ok());
  CHECK(sink->Write("two\nthree\n").status.ok());
  CHECK(sink->TakeBack());
  CHECK_FALSE(sink->TakeBack());
  CHECK(ReadFile(path) == "one\n");
  CHECK(sink->Write("four\n").status.ok());
  CHECK(ReadFile(path) == "one\nfour\n");
}

TEST_CASE("nothing is taken back when another process wrote behind it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  CHECK(sink->Write("one\n").status.ok());
  std::ofstream(path, std::ios::app) << "foreign";
  CHECK_FALSE(sink->TakeBack());
  // Nor once the sink knows of it; and half a line that others left is ended.
  CHECK(sink->Due(4, absl::Now()) == AuditSink::Turn::kNone);
  CHECK_FALSE(sink->TakeBack());
  CHECK(sink->Write("two\n").status.ok());
  CHECK(ReadFile(path) == "one\nforeign\ntwo\n");
}

TEST_CASE("a file that another process cut is written to on a line of its own") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  CHECK(sink->Write("one\ntwo\n").status.ok());
  REQUIRE(truncate(path.c_str(), 5) == 0);
  CHECK(sink->Due(4, absl::Now()) == AuditSink::Turn::kNone);
  CHECK_FALSE(sink->TakeBack());
  CHECK(sink->Write("three\n").status.ok());
  CHECK(ReadFile(path) == "one\nt\nthree\n");
}

TEST_CASE("a symbolic link to the audit file is followed") {
  const ScratchDirectory scratch;
  WriteFile(scratch.PathOf("real"), "");
  std::filesystem::create_symlink(scratch.PathOf("real"), scratch.PathOf("link"));
  CHECK(MustOpen(scratch.PathOf("link"))->Write("line\n").status.ok());
  CHECK(ReadFile(scratch.PathOf("real")) == "line\n");
}

TEST_CASE("a device is accepted as an audit file and has no trail") {
  const std::unique_ptr<AuditSink> sink = MustOpen("/dev/null");
  const AuditSink::Opening opening = sink->Open();
  CHECK(opening.place == "/dev/null");
  CHECK(opening.last_hash.empty());
  CHECK(sink->Due(5, absl::Now()) == AuditSink::Turn::kNone);
  CHECK(sink->Write("line\n").status.ok());
  CHECK(sink->Sync().ok());
  CHECK_FALSE(sink->TakeBack());
  // Several may write to it.
  CHECK(OpenAuditFile({.path = "/dev/null"}).ok());
}

TEST_CASE("an audit file in a missing directory is refused") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("missing/audit.jsonl");
  const std::string message = Refusal(path, absl::StatusCode::kNotFound);
  CHECK_THAT(message, ContainsSubstring("cannot open audit file `" + path + "`"));
  CHECK_THAT(message, ContainsSubstring("No such file or directory; create its directory"));
}

TEST_CASE("a directory is refused as an audit file") {
  const ScratchDirectory scratch;
  const std::string message = Refusal(scratch.path(), absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(message, ContainsSubstring("Is a directory; name a regular file"));
}

TEST_CASE("a FIFO is refused as an audit file at once") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("fifo");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const std::string message = Refusal(path, absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(message, ContainsSubstring("`" + path + "`: it is not a regular file"));
}

TEST_CASE("an audit file without a name is refused") {
  CHECK_THAT(Refusal("", absl::StatusCode::kInvalidArgument), ContainsSubstring("name a file"));
  CHECK_THAT(Refusal(std::string("a\0b", 3), absl::StatusCode::kInvalidArgument),
             ContainsSubstring("name a file"));
}

TEST_CASE("an audit file that may not be written is refused") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  WriteFile(path, "");
  REQUIRE(chmod(path.c_str(), 0) == 0);
  const int result = testing::InChild([&path] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && seteuid(kNobody) != 0) return 1;  // nothing is forbidden to root
    const absl::Status status = OpenAuditFile({.path = path}).status();
    if (status.code() != absl::StatusCode::kPermissionDenied) return 2;
    const std::string message(status.message());
    return message.find("let the server's user read and write it") == std::string::npos ? 3 : 0;
  });
  CHECK(result == 0);
}

TEST_CASE("options out of range are refused") {
  const std::string path = "/nowhere/audit.jsonl";
  const auto refusal = [](const AuditFileOptions& options) {
    const absl::Status status = OpenAuditFile(options).status();
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  CHECK(refusal({.path = path, .rotate_bytes = 65535}) ==
        "audit file `/nowhere/audit.jsonl`: it cannot be rotated at 65535 bytes; give at least "
        "65536, or 0 for never");
  CHECK_THAT(refusal({.path = path, .rotate_age = absl::Seconds(59)}),
             ContainsSubstring("at least a minute"));
  CHECK_THAT(refusal({.path = path, .keep_age = absl::ZeroDuration()}),
             ContainsSubstring("more than nothing"));
  CHECK_THAT(refusal({.path = path, .compression = static_cast<AuditFileOptions::Compression>(7)}),
             ContainsSubstring("choose none, gzip or zstd"));
}

TEST_CASE("a device cannot be rotated") {
  const absl::Status status = OpenAuditFile({.path = "/dev/null", .rotate_bytes = 65536}).status();
  CHECK(status.message() ==
        "cannot rotate audit file `/dev/null`: it is a device; name a regular file, or turn "
        "rotation off");
}

TEST_CASE("rotation in a directory that may not be written is refused at the start") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.PathOf("locked"));
  const std::string path = scratch.PathOf("locked/audit.jsonl");
  WriteFile(path, "");
  REQUIRE(chmod(path.c_str(), 0666) == 0);
  REQUIRE(chmod(scratch.PathOf("locked").c_str(), 0555) == 0);
  REQUIRE(chmod(scratch.path().c_str(), 0755) == 0);
  const int result = testing::InChild([&path] {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && seteuid(kNobody) != 0) return 1;  // nothing is forbidden to root
    if (!OpenAuditFile({.path = path}).ok()) return 2;
    const absl::Status status = OpenAuditFile({.path = path, .rotate_bytes = 65536}).status();
    if (status.code() != absl::StatusCode::kPermissionDenied) return 3;
    const std::string message(status.message());
    return message.find("let the server's user write to it, or turn rotation off") ==
                   std::string::npos
               ? 4
               : 0;
  });
  CHECK(result == 0);
}

}  // namespace
}  // namespace certgate
