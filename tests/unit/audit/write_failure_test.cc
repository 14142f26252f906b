#include <certgate/audit_sink.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "src/audit/line_writer.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::InChild;
using testing::ReadFile;
using testing::ScratchDirectory;

bool LimitFileSize(rlim_t bytes) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
  limit.rlim_cur = bytes;
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

// Whether the write failed, for the reason that `words` tell, and left so many bytes of whole
// lines.
bool Failed(const AuditSink::Written& written, const std::string& words, std::size_t bytes = 0) {
  return written.status.code() == absl::StatusCode::kUnavailable && written.bytes == bytes &&
         std::string(written.status.message()).find(words) != std::string::npos;
}

TEST_CASE("a full device is an error that says so") {
  absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = "/dev/full"});
  REQUIRE(sink.ok());
  const absl::Status status = (*sink)->Write("line\n").status;
  CHECK(status.code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(status.message()), ContainsSubstring("No space left on device"));
}

TEST_CASE("a line that exceeds the file size limit is cut off and later lines are written") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    signal(SIGXFSZ, SIG_DFL);
    absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = path});
    if (!sink.ok() || !LimitFileSize(10)) return 1;
    if (!(*sink)->Write("one\n").status.ok()) return 2;
    if (!Failed((*sink)->Write("longer than the limit\n"), "File too large")) return 3;
    if (ReadFile(path) != "one\n") return 4;
    if (!(*sink)->Write("two\n").status.ok()) return 5;
    if (!Failed((*sink)->Write("three\n"), "File too large")) return 6;
    if (!LimitFileSize(RLIM_INFINITY)) return 7;
    return (*sink)->Write("four\n").status.ok() ? 0 : 8;
  });
  CHECK(status == 0);
  CHECK(ReadFile(path) == "one\ntwo\nfour\n");
}

TEST_CASE("a process that ignores the signals of a write is told of errors all the same") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    const std::unique_ptr<AuditSink> sink = *OpenAuditFile({.path = path});
    if (!sink->Write("before\n").status.ok() || !LimitFileSize(10)) return 1;
    if (!Failed(sink->Write("too long by far\n"), "File too large")) return 2;
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    return sigismember(&blocked, SIGXFSZ) == 0 ? 0 : 3;
  });
  CHECK(status == 0);
  CHECK(ReadFile(path) == "before\n");
}

TEST_CASE("of lines that fail together none stays") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = path});
    if (!sink.ok() || !LimitFileSize(10)) return 1;
    if (!(*sink)->Write("one\n").status.ok()) return 2;
    if (!Failed((*sink)->Write("two\nthree\n"), "File too large")) return 3;
    return ReadFile(path) == "one\n" ? 0 : 4;
  });
  CHECK(status == 0);
}

TEST_CASE("of lines that fail and cannot be cut off the whole ones are counted") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    // Behind the end of what will be written: no longer the writer's own end.
    if (fd < 0 || pwrite(fd, "zz", 2, 40) != 2 || !LimitFileSize(14)) return 1;
    LineWriter lines(fd);
    if (!Failed(lines.Write("one\ntwo\nthree\nfour\n"), "File too large", 14)) return 2;
    if (!LimitFileSize(16)) return 3;
    // Nothing is torn, and of this no whole line is written.
    if (!Failed(lines.Write("five\n"), "File too large", 0) || !LimitFileSize(30)) return 4;
    // The newline that ends the torn line is not one of the lines.
    if (!Failed(lines.Write("six\nseventhly, and at length\n"), "File too large", 4)) return 5;
    return 0;
  });
  CHECK(status == 0);
}

TEST_CASE("a line that cannot be cut off is separated from the next") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    // Two bytes behind the end of what will be written: no longer the writer's own end.
    if (fd < 0 || pwrite(fd, "zz", 2, 8) != 2 || !LimitFileSize(6)) return 1;
    LineWriter lines(fd);
    if (!Failed(lines.Write("abcdefg\n"), "File too large")) return 2;
    if (!LimitFileSize(RLIM_INFINITY)) return 3;
    if (!lines.Write("next\n").status.ok() || !lines.Write("last\n").status.ok()) return 4;
    return 0;
  });
  CHECK(status == 0);
  CHECK(ReadFile(path) == "abcdef\nnext\nlast\n");
}

TEST_CASE("a signal that the application holds back stays pending") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const int status = InChild([&path] {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGXFSZ);
    sigprocmask(SIG_BLOCK, &held, nullptr);
    absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile({.path = path});
    if (!sink.ok() || !LimitFileSize(1)) return 1;
    if (!Failed((*sink)->Write("line\n"), "File too large")) return 2;
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGXFSZ) == 1 ? 0 : 3;
  });
  CHECK(status == 0);
}

TEST_CASE("a pipe that is not ready is waited for") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  REQUIRE(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
  const std::string line = std::string(200000, 'x') + "\n";  // more than a pipe holds
  absl::Status status;
  std::thread writer([&] {
    status = LineWriter(ends[1]).Write(line).status;
    close(ends[1]);
  });
  std::string received;
  char buffer[4096];
  for (ssize_t count; (count = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    received.append(buffer, static_cast<std::size_t>(count));
  }
  writer.join();
  close(ends[0]);
  CHECK(status.ok());
  CHECK(received == line);
}

}  // namespace
}  // namespace certgate
