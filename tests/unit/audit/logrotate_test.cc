#include <certgate/audit_log.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

// config/logrotate/certgate, run by the real logrotate, against a process that writes all the time.

namespace certgate {
namespace {

using testing::ReadFile;
using testing::ScratchDirectory;
using testing::WaitUntil;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the sample does not hold " + from);
  return text.replace(at, from.size(), to);
}

// Appends records with two threads, reopens on SIGHUP, ends on SIGTERM, and says in the file `told`
// how many it has written. Returns whether all were.
bool Serve(const std::string& path, const std::string& told, const sigset_t& signals) {
  const auto log = testing::LogToFile({.path = path});
  std::atomic<bool> is_stopped = false;
  std::atomic<std::size_t> written = 0;
  std::atomic<bool> all_are_written = true;
  const auto append = [&] {
    while (!is_stopped) {
      if (testing::AppendCall(*log).ok()) {
        ++written;
      } else {
        all_are_written = false;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  };
  std::thread first(append);
  std::thread second(append);
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) log->Reopen();
  is_stopped = true;
  first.join();
  second.join();
  std::ofstream(told) << written;
  return all_are_written;
}

TEST_CASE("logrotate with the sample configuration loses and doubles no record") {
  const ScratchDirectory scratch;
  std::filesystem::create_directories(scratch.PathOf("log"));
  std::filesystem::create_directories(scratch.PathOf("bin"));
  // logrotate works in no folder that others may write to, whatever the umask is.
  REQUIRE(chmod(scratch.PathOf("log").c_str(), 0755) == 0);
  const std::string path = scratch.PathOf("log/audit.jsonl");

  sigset_t signals;
  sigset_t before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, &before);
  const pid_t server = fork();
  REQUIRE(server >= 0);
  if (server == 0) _exit(Serve(path, scratch.PathOf("told"), signals) ? 0 : 1);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  scratch.Write("bin/systemctl", "#!/bin/sh\necho \"$@\" >>'" + scratch.PathOf("asked") +
                                     "'\nkill -HUP " + std::to_string(server) + "\n");
  REQUIRE(chmod(scratch.PathOf("bin/systemctl").c_str(), 0700) == 0);
  const std::string sample =
      ReadFile(std::string(CERTGATE_SOURCE_DIR) + "/config/logrotate/certgate");
  scratch.Write("certgate", Replaced(sample, "/var/log/certgate/audit.jsonl", path));
  const std::string logrotate = "PATH='" + scratch.PathOf("bin") +
                                "':/usr/sbin:/usr/bin:/sbin:/bin logrotate --force --state '" +
                                scratch.PathOf("state") + "' '" + scratch.PathOf("certgate") + "'";

  constexpr std::uintmax_t kSomeRecords = 20000;
  const auto holds_some = [&path] {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    return !error && size > kSomeRecords;
  };
  for (int i = 0; i < 4; ++i) {
    CHECK(WaitUntil(holds_some));
    CHECK(std::system(logrotate.c_str()) == 0);
  }
  CHECK(WaitUntil(holds_some));
  kill(server, SIGTERM);
  int status = 0;
  REQUIRE(waitpid(server, &status, 0) == server);
  CHECK(status == 0);

  const std::vector<std::string> names = testing::TrailNames(scratch.PathOf("log"), "audit.jsonl");
  CHECK(names == std::vector<std::string>{"audit.jsonl.4.gz", "audit.jsonl.3.gz",
                                          "audit.jsonl.2.gz", "audit.jsonl.1", "audit.jsonl"});
  CHECK(testing::WrongWithTrail(scratch.PathOf("log"), "audit.jsonl") == "");
  std::size_t calls = 0;
  for (const std::string& name : names) {
    for (const std::string& line : testing::LinesOf(scratch.PathOf("log/" + name))) {
      if (line.find("\"action\":\"authorize\"") != std::string::npos) ++calls;
    }
  }
  CHECK(std::to_string(calls) == ReadFile(scratch.PathOf("told")));
  CHECK(testing::LinesOf(scratch.PathOf("asked")) ==
        std::vector<std::string>(4, "kill --kill-whom=main --signal=HUP greeter-server.service"));
}

}  // namespace
}  // namespace certgate
