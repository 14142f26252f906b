#include "src/audit/denial_ledger.h"

#include <absl/time/clock.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::InChild;
using testing::ScratchDirectory;

DenialCount CountOf(std::uint64_t number) {
  DenialCount count;
  for (std::uint64_t i = 0; i < number; ++i) count.Add(absl::UnixEpoch() + absl::Seconds(i));
  count.head.id = RecordId::Generate(absl::UnixEpoch());
  count.head.reason = static_cast<std::uint8_t>(Reason::kNoMatchingRule);
  count.texts.path.Assign("/helloworld.Greeter/SayHello");
  count.SumTexts();
  count.SumHead();
  return count;
}

std::unique_ptr<DenialLedger> Open(const std::string& path) {
  auto ledger = DenialLedger::Open(path);
  INFO(ledger.status().ToString());
  REQUIRE(ledger.ok());
  return *std::move(ledger);
}

bool LimitFileSize(rlim_t bytes) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
  limit.rlim_cur = bytes;
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

TEST_CASE("a ledger gives back what was written to it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  DenialCount count = CountOf(7);
  {
    const auto ledger = Open(path);
    CHECK(ledger->Read()->counts.size() == DenialLedger::kSlots);
    REQUIRE(ledger->Write(3, count).ok());
    count.Add(absl::UnixEpoch() + absl::Seconds(60));
    count.SumHead();
    REQUIRE(ledger->WriteHead(3, count).ok());
    REQUIRE(ledger->Write(255, CountOf(1)).ok());
    REQUIRE(ledger->WriteHead(255, DenialCount()).ok());
  }
  const auto left = Open(path)->Read();
  REQUIRE(left.ok());
  CHECK(left->damaged == 0);
  CHECK(left->counts[255].head.count == 0);
  const SuppressedRecord record = left->counts[3].Record(absl::Now());
  CHECK(record.count == 8);
  CHECK(record.id == count.head.id.text());
  CHECK(record.since == absl::UnixEpoch());
  CHECK(record.until == absl::UnixEpoch() + absl::Seconds(60));
  CHECK(record.decision_reason == "no_matching_rule");
  CHECK(record.path == "/helloworld.Greeter/SayHello");
}

TEST_CASE("a ledger is made in full and for its owner alone") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  const auto ledger = Open(path);
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(status.st_size == 512 * 257);
  CHECK(status.st_blocks * 512 >= status.st_size);
}

TEST_CASE("a slot that was torn or changed is noticed") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  REQUIRE(Open(path)->Write(0, CountOf(7)).ok());
  REQUIRE(Open(path)->Write(1, CountOf(9)).ok());
  // Somewhere in the count, the identifier, the texts.
  const off_t place = GENERATE(1, 30, 300);
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(pwrite(fd, "\x55", 1, 512 + place) == 1);
  close(fd);
  const auto left = Open(path)->Read();
  REQUIRE(left.ok());
  CHECK(left->damaged == 1);
  CHECK(left->counts[0].head.count == 0);
  CHECK(left->counts[1].head.count == 9);
}

TEST_CASE("a file that holds something else is left alone") {
  const ScratchDirectory scratch;
  const std::string content = GENERATE("notes\n", "certgate counts of other things, and more\n");
  const std::string path = scratch.Write("counts", content);
  const auto ledger = DenialLedger::Open(path);
  CHECK_THAT(std::string(ledger.status().message()),
             ContainsSubstring("cannot use `" + path + "`: it holds something else"));
  CHECK(testing::ReadFile(path) == content);
}

TEST_CASE("a link a directory and a missing folder are no ledgers") {
  const ScratchDirectory scratch;
  REQUIRE(symlink("/dev/null", scratch.PathOf("link").c_str()) == 0);
  CHECK_FALSE(DenialLedger::Open(scratch.PathOf("link")).ok());
  CHECK_FALSE(DenialLedger::Open(scratch.path()).ok());
  CHECK_FALSE(DenialLedger::Open(scratch.PathOf("no/counts")).ok());
  CHECK_FALSE(DenialLedger::Open("/dev/full").ok());
}

TEST_CASE("two processes do not share a ledger") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  const auto ledger = Open(path);
  CHECK(InChild([&path] { return DenialLedger::Open(path).ok() ? 1 : 0; }) == 0);
}

TEST_CASE("without room for all of it there is no ledger") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  CHECK(InChild([&path] {
          signal(SIGXFSZ, SIG_DFL);
          if (!LimitFileSize(65536)) return 1;
          const auto ledger = DenialLedger::Open(path);
          if (ledger.ok()) return 2;
          return ledger.status().message().find("make room") == std::string::npos ? 3 : 0;
        }) == 0);
}

TEST_CASE("a ledger that can no longer be written is an error and not a signal") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  CHECK(InChild([&path] {
          signal(SIGXFSZ, SIG_DFL);
          const auto ledger = DenialLedger::Open(path);
          if (!ledger.ok() || !LimitFileSize(1)) return 1;
          return (*ledger)->Write(0, CountOf(1)).ok() ? 2 : 0;
        }) == 0);
}

}  // namespace
}  // namespace certgate
