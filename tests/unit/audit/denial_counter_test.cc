#include "src/audit/denial_counter.h"

#include <absl/time/clock.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::DeniedRecord;
using testing::InChild;
using testing::SampleCaller;
using testing::ScratchDirectory;

// A record that outlives what it was written from.
struct Told {
  std::string id;
  std::uint64_t count = 0;
  std::string reason;
  std::string path;
  std::string peer;
  std::string subject;
  std::string common_name;
  std::string sha256;
};

// What a counter wrote, unless it was told to fail.
struct Trail {
  std::vector<Told> records;
  bool fails = false;

  DenialCounter::Write Writing() {
    return [this](const SuppressedRecord& record) {
      if (fails) return absl::UnavailableError("the disk is full");
      records.push_back({std::string(record.id), record.count, std::string(record.decision_reason),
                         std::string(record.path), std::string(record.peer_uri),
                         std::string(record.subject), std::string(record.common_name),
                         std::string(record.certificate_sha256)});
      return absl::OkStatus();
    };
  }
  std::uint64_t Sum() const {
    std::uint64_t sum = 0;
    for (const Told& record : records) sum += record.count;
    return sum;
  }
};

TokenBucket::Time StandingClock() { return TokenBucket::Time(std::chrono::hours(1)); }

// The identifiers of the denials that were counted.
std::vector<std::string> CountMany(DenialCounter& counter, const DecisionRecord& denial,
                                   int times) {
  std::vector<std::string> ids;
  for (int i = 0; i < times; ++i) {
    if (const auto id = counter.Count(denial)) ids.emplace_back(id->text());
  }
  return ids;
}

TEST_CASE("counted denials are told of by the record whose identifier they were given") {
  DenialCounter counter({}, &StandingClock);
  const PeerIdentity caller = SampleCaller();
  const auto ids = CountMany(counter, DeniedRecord(caller), 100);
  Trail trail;
  REQUIRE(counter.Flush(trail.Writing()).ok());
  REQUIRE(trail.records.size() == 1);
  const Told& told = trail.records[0];
  CHECK(ids == std::vector<std::string>(80, told.id));
  CHECK(told.count == 80);
  CHECK(told.reason == "no_matching_rule");
  CHECK(told.path == "/helloworld.Greeter/SayHello");
  CHECK(told.peer == "ipv4:127.0.0.1:46924");
  CHECK(told.subject == caller.certificate.subject);
  CHECK(told.common_name == caller.common_name);
  CHECK(told.sha256 == caller.certificate.sha256);
  CHECK(counter.counted() == 80);
  CHECK(counter.unrecorded() == 0);

  // The next ones belong to another record.
  const auto more = CountMany(counter, DeniedRecord(caller), 5);
  REQUIRE(more.size() == 5);
  CHECK(more[0] != told.id);
  REQUIRE(counter.Flush(trail.Writing()).ok());
  REQUIRE(trail.records.size() == 2);
  CHECK(trail.records[1].id == more[0]);
  REQUIRE(counter.Flush(trail.Writing()).ok());
  CHECK(trail.records.size() == 2);
}

TEST_CASE("what counted denials do not have in common is left out") {
  DenialCounter counter({.burst = 1}, &StandingClock);
  const PeerIdentity caller = SampleCaller();
  DecisionRecord denial = DeniedRecord(caller);
  CountMany(counter, denial, 2);
  Trail trail;
  SECTION("the port") {
    denial.peer.uri = "ipv4:127.0.0.1:47000";
    CountMany(counter, denial, 2);
    REQUIRE(counter.Flush(trail.Writing()).ok());
    REQUIRE(trail.records.size() == 1);
    CHECK(trail.records[0].peer == "ipv4:127.0.0.1:0");
  }
  SECTION("the address") {
    denial.peer.uri = "ipv4:192.0.2.7:46924";
    CountMany(counter, denial, 2);
    REQUIRE(counter.Flush(trail.Writing()).ok());
    REQUIRE(trail.records.size() == 1);
    CHECK(trail.records[0].peer.empty());
  }
  CHECK(trail.Sum() == 3);
}

TEST_CASE("a count whose record cannot be written stays and goes on") {
  DenialCounter counter({.burst = 1}, &StandingClock);
  const PeerIdentity caller = SampleCaller();
  Trail trail;
  trail.fails = true;
  for (int i = 0; i < 5; ++i) {
    CountMany(counter, DeniedRecord(caller), 10);
    CHECK_FALSE(counter.Flush(trail.Writing()).ok());
  }
  CHECK(counter.unrecorded() == 49);
  trail.fails = false;
  REQUIRE(counter.Flush(trail.Writing()).ok());
  CHECK(trail.Sum() == 49);
  // However long it lasts, a group takes two places at the most.
  CHECK(trail.records.size() == 2);
  CHECK(counter.unrecorded() == 0);
}

TEST_CASE("a counter that is closed counts nothing and tells what it has") {
  DenialCounter counter({.burst = 1}, &StandingClock);
  const PeerIdentity caller = SampleCaller();
  CHECK(CountMany(counter, DeniedRecord(caller), 3).size() == 2);
  CHECK(counter.Close());
  CHECK_FALSE(counter.Close());
  CHECK(CountMany(counter, DeniedRecord(caller), 3).empty());
  Trail trail;
  REQUIRE(counter.Flush(trail.Writing()).ok());
  CHECK(trail.Sum() == 2);
}

TEST_CASE("groups that find no room are counted as one or written") {
  DenialCounter counter({.burst = 1, .caller_burst = 0}, &StandingClock);
  const PeerIdentity caller = SampleCaller();
  DecisionRecord denial = DeniedRecord(caller);
  std::uint64_t written = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string path = "/acme.Guess/" + std::to_string(i);
    denial.path = path;
    written += 3 - CountMany(counter, denial, 3).size();
  }
  Trail trail;
  REQUIRE(counter.Flush(trail.Writing()).ok());
  CHECK(trail.records.size() <= DenialLedger::kSlots);
  CHECK(written + trail.Sum() == 4500);
}

TEST_CASE("eight threads count each denial once") {
  const ScratchDirectory scratch;
  DenialCounter counter({.burst = 5, .per_second = 100});
  auto ledger = DenialLedger::Open(scratch.PathOf("counts"));
  REQUIRE(ledger.ok());
  REQUIRE(counter.Keep(*std::move(ledger), scratch.PathOf("audit.jsonl")).ok());
  constexpr int kThreads = 8;
  constexpr int kEach = 5000;
  std::atomic<int> running = kThreads;
  std::vector<std::map<std::string, std::uint64_t>> told(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      PeerIdentity caller = SampleCaller();
      caller.certificate.sha256 = "caller-" + std::to_string(t % 3);
      DecisionRecord denial = DeniedRecord(caller);
      for (int i = 0; i < kEach; ++i) {
        denial.path = i % 2 == 0 ? "/acme.A/B" : "/acme.C/D";
        if (const auto id = counter.Count(denial)) ++told[t][std::string(id->text())];
      }
      --running;
    });
  }
  Trail trail;
  while (running > 0) {
    // Now and then the trail cannot be written.
    trail.fails = !trail.fails;
    static_cast<void>(counter.Flush(trail.Writing()));
  }
  for (std::thread& thread : threads) thread.join();
  trail.fails = false;
  REQUIRE(counter.Flush(trail.Writing()).ok());

  std::map<std::string, std::uint64_t> expected;
  for (const auto& one : told) {
    for (const auto& [id, count] : one) expected[id] += count;
  }
  std::map<std::string, std::uint64_t> recorded;
  for (const Told& record : trail.records) recorded[record.id] += record.count;
  CHECK(recorded == expected);
  CHECK(trail.Sum() == counter.counted());
  CHECK(recorded.size() == trail.records.size());
}

TEST_CASE("what a ledger holds is recorded once by the next counter") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  const PeerIdentity caller = SampleCaller();
  std::vector<std::string> ids;
  {
    DenialCounter counter({.burst = 1}, &StandingClock);
    REQUIRE(counter.Keep(*DenialLedger::Open(path), scratch.PathOf("audit.jsonl")).ok());
    ids = CountMany(counter, DeniedRecord(caller), 11);
  }
  const bool is_in_trail = GENERATE(false, true);
  if (is_in_trail) {
    scratch.Write("audit.jsonl", "{\"event\":{\"id\":\"" + ids[0] + "\"}}\n");
  }
  for (int start = 0; start < 2; ++start) {
    DenialCounter counter({.burst = 1}, &StandingClock);
    REQUIRE(counter.Keep(*DenialLedger::Open(path), scratch.PathOf("audit.jsonl")).ok());
    Trail trail;
    REQUIRE(counter.Flush(trail.Writing()).ok());
    const bool tells = start == 0 && !is_in_trail;
    REQUIRE(trail.records.size() == (tells ? 1 : 0));
    if (tells) {
      CHECK(trail.records[0].id == ids[0]);
      CHECK(trail.records[0].count == 10);
      CHECK(trail.records[0].subject == caller.certificate.subject);
    }
  }
}

TEST_CASE("half a record at the end of the trail does not stand for a count") {
  const ScratchDirectory scratch;
  const PeerIdentity caller = SampleCaller();
  std::vector<std::string> ids;
  {
    DenialCounter counter({.burst = 1}, &StandingClock);
    REQUIRE(counter.Keep(*DenialLedger::Open(scratch.PathOf("counts")), "").ok());
    ids = CountMany(counter, DeniedRecord(caller), 11);
  }
  const std::string trail_file =
      scratch.Write("audit.jsonl", "{}\n{\"event\":{\"id\":\"" + ids[0] + "\"");
  DenialCounter counter({.burst = 1}, &StandingClock);
  REQUIRE(counter.Keep(*DenialLedger::Open(scratch.PathOf("counts")), trail_file).ok());
  CHECK(counter.unrecorded() == 10);
}

TEST_CASE("a denial that the ledger does not take is written") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("counts");
  CHECK(InChild([&] {
          signal(SIGXFSZ, SIG_DFL);
          DenialCounter counter({.burst = 1}, &StandingClock);
          if (!counter.Keep(*DenialLedger::Open(path), "").ok()) return 1;
          const PeerIdentity caller = SampleCaller();
          if (CountMany(counter, DeniedRecord(caller), 4).size() != 3) return 2;
          rlimit limit = {};
          getrlimit(RLIMIT_FSIZE, &limit);
          limit.rlim_cur = 1;
          setrlimit(RLIMIT_FSIZE, &limit);
          if (!CountMany(counter, DeniedRecord(caller), 4).empty()) return 3;
          if (counter.counted() != 3 || counter.unrecorded() != 3) return 4;
          // What is counted is recorded all the same, and once.
          Trail trail;
          static_cast<void>(counter.Flush(trail.Writing()));
          static_cast<void>(counter.Flush(trail.Writing()));
          if (trail.records.size() != 1 || trail.Sum() != 3) return 5;
          limit.rlim_cur = RLIM_INFINITY;
          setrlimit(RLIMIT_FSIZE, &limit);
          if (!counter.Flush(trail.Writing()).ok() || trail.records.size() != 1) return 6;
          return CountMany(counter, DeniedRecord(caller), 4).size() == 4 ? 0 : 7;
        }) == 0);
}

}  // namespace
}  // namespace certgate
