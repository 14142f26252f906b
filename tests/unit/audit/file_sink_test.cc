#include <certgate/audit_log.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::ReadFile;
using testing::ScratchDirectory;

std::unique_ptr<AuditSink> MustOpen(const std::string& path) {
  absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = path});
  INFO(sink.status().ToString());
  REQUIRE(sink.ok());
  return *std::move(sink);
}

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
  const std::unique_ptr<AuditSink> first = MustOpen(path);
  CHECK(first->Write("one\n").status.ok());
  const std::unique_ptr<AuditSink> second = MustOpen(path);
  CHECK(second->Write("two\n").status.ok());
  CHECK(first->Write("three\n").status.ok());
  CHECK(ReadFile(path) == "old\none\ntwo\nthree\n");
}

TEST_CASE("a line that a crash tore is ended when the file is opened") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  WriteFile(path, "whole\n{\"torn");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  CHECK(ReadFile(path) == "whole\n{\"torn\n");
  CHECK(sink->Write("next\n").status.ok());
  CHECK(ReadFile(path) == "whole\n{\"torn\nnext\n");
}

TEST_CASE("a symbolic link to the audit file is followed") {
  const ScratchDirectory scratch;
  WriteFile(scratch.PathOf("real"), "");
  std::filesystem::create_symlink(scratch.PathOf("real"), scratch.PathOf("link"));
  CHECK(MustOpen(scratch.PathOf("link"))->Write("line\n").status.ok());
  CHECK(ReadFile(scratch.PathOf("real")) == "line\n");
}

TEST_CASE("a device is accepted as an audit file") {
  CHECK(MustOpen("/dev/null")->Write("line\n").status.ok());
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

}  // namespace
}  // namespace certgate
