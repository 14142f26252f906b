#include <certgate/audit_log.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/gate.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::AllowedRecord;
using testing::DeniedRecord;
using testing::FakePlace;
using testing::Gate;
using testing::SampleCaller;
using testing::WaitUntil;
using testing::WrongWith;
using Strings = std::vector<std::string>;

struct Log {
  // `before_write` is that of the place that is not required.
  explicit Log(std::function<absl::Status(std::size_t)> before_write = nullptr,
               AuditFilter filter = {}) {
    optional.before_write = std::move(before_write);
    AuditOptions options;
    options.places.push_back({.sink = optional.Sink(), .filter = filter, .is_required = false});
    options.places.push_back({.sink = required.Sink()});
    options.service = {"greeter-server", "0.1.0"};
    options.queue_capacity = 10;
    // Each denial has a record of its own.
    options.denials = {.burst = 0, .caller_burst = 0};
    log = *AuditLog::Create(std::move(options));
  }

  FakePlace optional{"optional"};
  FakePlace required{"required"};
  const PeerIdentity caller = SampleCaller();
  std::unique_ptr<AuditLog> log;
};

std::uint64_t Suppressed(const FakePlace& place, const std::string& reason) {
  std::uint64_t count = 0;
  for (const nlohmann::json& record : place.Records()) {
    if (record["event"].value("reason", "") != reason) continue;
    count += record["certgate"]["suppressed"]["count"].get<std::uint64_t>();
  }
  return count;
}

std::size_t Decisions(const FakePlace& place) {
  std::size_t decisions = 0;
  for (const std::string& action : place.Actions()) decisions += action == "authorize" ? 1u : 0u;
  return decisions;
}

TEST_CASE("a place that is not required has all records in a trail of its own") {
  Log log;
  for (int i = 0; i < 8; ++i) CHECK(log.log->Append(AllowedRecord(log.caller)).ok());
  log.log->Close();
  CHECK(log.optional.Ids().size() == 8);
  CHECK(log.optional.Actions() == log.required.Actions());
  CHECK(WrongWith(log.optional.Lines()).empty());
  CHECK(WrongWith(log.required.Lines()).empty());
}

TEST_CASE("a place that is not required and fails or throws refuses no call") {
  std::atomic<int> mode = GENERATE(1, 2, 3);
  Log log([&mode](std::size_t) -> absl::Status {
    if (mode == 1) return absl::UnavailableError("broken");
    if (mode == 2) throw std::runtime_error("thrown");
    if (mode == 3) throw 7;
    return absl::OkStatus();
  });
  for (int i = 0; i < 100; ++i) REQUIRE(log.log->Append(AllowedRecord(log.caller)).ok());
  CHECK(log.log->status().is_writable);
  CHECK(log.log->status().failed == 0);
  CHECK(log.required.Ids().size() == 100);
  // Ten in the queue, and at most as many that were taken out of it and could not be written.
  CHECK(log.log->status().dropped >= 80);
  mode = 0;
  log.log->Close();
  const std::uint64_t dropped = log.log->status().dropped;
  CHECK(Suppressed(log.optional, "queue_full") == dropped);
  CHECK(Decisions(log.optional) + dropped == 100);
  CHECK(WrongWith(log.optional.Lines()).empty());
}

TEST_CASE("a place that is not required and takes nothing delays no call") {
  Gate gate;
  gate.Shut();
  const auto wait = [&gate](std::size_t) {
    gate.Pass();
    return absl::OkStatus();
  };
  const bool wants_all = GENERATE(true, false);
  // The log opens although the place does not.
  Log log(wait, wants_all ? AuditFilter() : AuditFilter{RecordKind::kDenied});
  REQUIRE(WaitUntil([&gate] { return gate.waiting() == 1; }));
  for (int i = 0; i < 50; ++i) {
    REQUIRE(log.log->Append(DeniedRecord(log.caller)).ok());
    REQUIRE(log.log->Append(AllowedRecord(log.caller)).ok());
  }
  CHECK(log.required.Ids().size() == 100);
  // What the place does not want is no loss of it.
  const std::uint64_t lost = wants_all ? 90 : 40;
  CHECK(log.log->status().dropped == lost);
  CHECK(log.log->status().queued == 10);
  gate.Open();
  log.log->Close();
  CHECK(log.optional.Actions().front() == "audit-open");
  CHECK(log.optional.Actions().back() == "audit-close");
  CHECK(Decisions(log.optional) == 10);
  // The loss is told in the place that lost, whatever else it wants.
  CHECK(Suppressed(log.optional, "queue_full") == lost);
  CHECK(Suppressed(log.required, "queue_full") == 0);
  CHECK(WrongWith(log.optional.Lines()).empty());
}

TEST_CASE("what a required place refused is not told to the others") {
  Log log;
  REQUIRE(WaitUntil([&] { return log.optional.Lines().size() == 1; }));
  log.required.before_write = [](std::size_t) { return absl::UnavailableError("broken"); };
  CHECK_FALSE(log.log->Append(AllowedRecord(log.caller)).ok());
  log.required.before_write = nullptr;
  CHECK(log.log->Append(DeniedRecord(log.caller)).ok());
  log.log->Close();
  CHECK(log.optional.Actions() ==
        Strings{"audit-open", "audit-suppressed", "authorize", "audit-close"});
  CHECK(log.optional.Records()[1]["event"]["reason"] == "unwritable");
}

}  // namespace
}  // namespace certgate
