#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

// What a process leaves that was killed between two steps of a rotation.

namespace certgate {
namespace {

using testing::ChainedLine;
using testing::HashOf;
using testing::MustOpen;
using testing::NamesIn;
using testing::ReadFile;
using testing::ScratchDirectory;

TEST_CASE("a new file that did not get its name is removed") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl", ChainedLine(1, ""));
  scratch.Write("audit.jsonl.new", "");
  const auto sink = MustOpen(scratch.PathOf("audit.jsonl"));
  CHECK(sink->Open().last_sequence == 1);
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"audit.jsonl"});
}

TEST_CASE("a file of that name with something in it is not ours and stays") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl.new", "something");
  MustOpen(scratch.PathOf("audit.jsonl"))->Open();
  CHECK(ReadFile(scratch.PathOf("audit.jsonl.new")) == "something");
}

TEST_CASE("a file that has its old and its new name keeps the old one") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl", ChainedLine(1, ""));
  std::filesystem::create_hard_link(scratch.PathOf("audit.jsonl"),
                                    scratch.PathOf("audit-20261126T061530.000001Z.jsonl"));
  const auto sink = MustOpen(scratch.PathOf("audit.jsonl"));
  const AuditSink::Opening opening = sink->Open();
  CHECK(opening.last_sequence == 1);
  CHECK(opening.continues.empty());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"audit.jsonl"});
}

TEST_CASE("a link of another name to the audit file stays") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl", ChainedLine(1, ""));
  std::filesystem::create_hard_link(scratch.PathOf("audit.jsonl"), scratch.PathOf("backup"));
  MustOpen(scratch.PathOf("audit.jsonl"))->Open();
  CHECK(NamesIn(scratch.path()).size() == 2);
}

TEST_CASE("a new file that has its name and nothing in it continues the closed one") {
  const ScratchDirectory scratch;
  scratch.Write("audit-20261126T061530.000001Z.jsonl", ChainedLine(1, ""));
  scratch.Write("audit.jsonl", "");
  const AuditSink::Opening opening = MustOpen(scratch.PathOf("audit.jsonl"))->Open();
  CHECK(opening.last_hash == HashOf(ChainedLine(1, "")));
  CHECK(opening.continues == "audit-20261126T061530.000001Z.jsonl");
}

// Appends records until it is killed, and says of each that it is written.
void AppendForEver(const std::string& path, int told) {
  const auto log = testing::LogToFile(
      {.path = path, .rotate_bytes = 65536, .compression = AuditFileOptions::Compression::kGzip});
  while (testing::AppendDenial(*log).ok() && write(told, "x", 1) == 1) {
  }
}

// Runs `AppendForEver` and kills it after `wait`. Returns how many records it said are written.
std::size_t KillWhileAppending(const std::string& path, std::chrono::microseconds wait) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    AppendForEver(path, ends[1]);
    _exit(1);
  }
  close(ends[1]);
  std::this_thread::sleep_for(wait);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  std::size_t told = 0;
  char buffer[4096];
  for (ssize_t count; (count = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    told += static_cast<std::size_t>(count);
  }
  close(ends[0]);
  return told;
}

std::size_t Denials(const ScratchDirectory& scratch) {
  std::size_t count = 0;
  for (const std::string& name : testing::TrailNames(scratch.path(), "audit.jsonl")) {
    for (const std::string& line : testing::LinesOf(scratch.PathOf(name))) {
      if (line.find("\"action\":\"authorize\"") != std::string::npos) ++count;
    }
  }
  return count;
}

// A closed file that was being packed may be there twice until the packing is finished.
bool HasTwins(const ScratchDirectory& scratch) {
  for (const std::string& name : NamesIn(scratch.path())) {
    if (std::filesystem::exists(scratch.PathOf(name + ".gz"))) return true;
  }
  return false;
}

TEST_CASE("a process that is killed at any moment loses and doubles no record") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  std::size_t told = 0;
  constexpr int kKills = 30;
  for (int i = 0; i < kKills; ++i) {
    told += KillWhileAppending(path, std::chrono::microseconds(5000 + 477 * i));
  }
  {
    // Packs nothing more, but finishes what was begun.
    const auto log = testing::LogToFile({.path = path, .rotate_bytes = 65536});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (HasTwins(scratch) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  CHECK_FALSE(HasTwins(scratch));
  CHECK(testing::WrongWithTrail(scratch.path(), "audit.jsonl") == "");
  // Each record that was said to be written is there; of each run, one more may be.
  const std::size_t written = Denials(scratch);
  CHECK(written >= told);
  CHECK(written <= told + kKills);
}

}  // namespace
}  // namespace certgate
