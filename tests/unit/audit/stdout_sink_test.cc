#include <certgate/audit_sink.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "src/audit/line_writer.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::InChild;
using testing::ReadFile;
using testing::ScratchDirectory;

bool Failed(const AuditSink::Written& written, const std::string& words) {
  return written.status.code() == absl::StatusCode::kUnavailable &&
         std::string(written.status.message()).find(words) != std::string::npos;
}

TEST_CASE("standard output takes whole lines") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("out");
  const int status = InChild([&path] {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    if (dup2(fd, STDOUT_FILENO) != STDOUT_FILENO) return 1;
    const std::unique_ptr<AuditSink> sink = OpenAuditStdout();
    if (sink->name() != "standard output") return 2;
    return sink->Write("one\n").status.ok() && sink->Write("two\n").status.ok() ? 0 : 3;
  });
  CHECK(status == 0);
  CHECK(ReadFile(path) == "one\ntwo\n");
}

TEST_CASE("a closed pipe on standard output is an error and not the end of the process") {
  const int status = InChild([] {
    signal(SIGPIPE, SIG_DFL);
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) != STDOUT_FILENO) return 1;
    close(ends[0]);
    const std::unique_ptr<AuditSink> sink = OpenAuditStdout();
    return Failed(sink->Write("line\n"), "Broken pipe") ? 0 : 2;
  });
  CHECK(status == 0);
}

TEST_CASE("the lines on standard output reach a slow reader whole") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const std::string lines = std::string(99999, 'x') + "\n" + std::string(99999, 'y') + "\n";
  std::fflush(nullptr);  // What the test framework holds back would come out of the child as well.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    close(ends[0]);
    if (dup2(ends[1], STDOUT_FILENO) != STDOUT_FILENO) _exit(1);
    close(ends[1]);
    _exit(OpenAuditStdout()->Write(lines).status.ok() ? 0 : 2);
  }
  close(ends[1]);
  std::string received;
  char buffer[1000];
  for (ssize_t count; (count = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    received.append(buffer, static_cast<std::size_t>(count));
  }
  close(ends[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(received.size() == lines.size());
  CHECK((received == lines));
}

TEST_CASE("writing to standard output leaves its descriptor as it was") {
  const int status = InChild([] {
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) != STDOUT_FILENO) return 1;
    const int before = fcntl(ends[1], F_GETFL);
    if (!OpenAuditStdout()->Write("line\n").status.ok()) return 2;
    return fcntl(ends[1], F_GETFL) == before ? 0 : 3;
  });
  CHECK(status == 0);
}

// What a reader does who takes nothing, on a blocking and a non-blocking descriptor.
void CheckPatience(int fd) {
  LineWriter lines(fd, absl::Milliseconds(100));
  const std::string many = std::string(9999, 'x') + "\n";
  AuditSink::Written written;
  for (int i = 0; i < 1000 && written.status.ok(); ++i) written = lines.Write(many);
  CHECK(written.status.message() == "cannot write: the reader takes nothing");
  CHECK(written.bytes == 0);
}

std::string ReadAll(int fd) {
  std::string received;
  pollfd ready = {fd, POLLIN, 0};
  while (poll(&ready, 1, 0) == 1) {
    char buffer[65536];
    const ssize_t count = read(fd, buffer, sizeof(buffer));
    if (count <= 0) break;
    received.append(buffer, static_cast<std::size_t>(count));
  }
  return received;
}

TEST_CASE("a reader of a pipe who takes nothing is a failure after a while") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  CheckPatience(ends[1]);
  REQUIRE(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
  CheckPatience(ends[1]);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a reader of a socket who takes nothing is a failure after a while") {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  CheckPatience(ends[1]);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("a reader who begins to take again gets whole lines after the torn one") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  LineWriter lines(ends[1], absl::Milliseconds(50));
  const std::string first = std::string(99999, 'x') + "\n";  // more than a pipe holds
  CHECK_FALSE(lines.Write(first).status.ok());
  const std::string torn = ReadAll(ends[0]);
  CHECK(torn == first.substr(0, torn.size()));
  CHECK(lines.Write("next\n").status.ok());
  CHECK(lines.Write("last\n").status.ok());
  CHECK(ReadAll(ends[0]) == "\nnext\nlast\n");
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace certgate
