#include <certgate/audit_log.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/audit/chain.h"
#include "src/audit/signing_key.h"
#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/key_files.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::FakePlace;
using testing::WaitUntil;
using testing::WrongWith;
using Strings = std::vector<std::string>;

AuditOptions To(FakePlace& place) {
  AuditOptions options;
  options.places.push_back({.sink = place.Sink()});
  options.service = {"greeter-server", "0.1.0"};
  return options;
}

std::string Mistake(AuditOptions options) {
  const auto log = AuditLog::Create(std::move(options));
  REQUIRE(log.status().code() == absl::StatusCode::kInvalidArgument);
  return std::string(log.status().message());
}

TEST_CASE("a log without a place is refused") {
  CHECK_THAT(Mistake({}), ContainsSubstring("has no place to write to; give it a file"));
}

TEST_CASE("a log with a null sink is refused") {
  FakePlace place;
  AuditOptions options = To(place);
  options.places.emplace_back();
  CHECK_THAT(Mistake(std::move(options)), ContainsSubstring("an audit sink is null"));
}

TEST_CASE("a log none of whose required places takes all decisions is refused") {
  const auto [filter, is_required] = GENERATE(table<AuditFilter, bool>({
      {AuditFilter(), false},
      {AuditFilter{RecordKind::kAllowed, RecordKind::kDenied}, true},
      {AuditFilter{RecordKind::kAllowed, RecordKind::kRevoked}, true},
      {AuditFilter{RecordKind::kDenied, RecordKind::kRevoked, RecordKind::kLoad}, true},
  }));
  FakePlace place;
  AuditOptions options = To(place);
  options.places[0].filter = filter;
  options.places[0].is_required = is_required;
  CHECK_THAT(Mistake(std::move(options)),
             ContainsSubstring("no required place of the audit log takes the records of all "
                               "decisions; give one that does"));
}

TEST_CASE("the decisions alone are enough for a required place") {
  FakePlace place;
  AuditOptions options = To(place);
  options.places[0].filter = {RecordKind::kAllowed, RecordKind::kDenied, RecordKind::kRevoked};
  CHECK(AuditLog::Create(std::move(options)).ok());
}

TEST_CASE("a queue has a size within bounds") {
  const std::size_t bad = GENERATE(std::size_t{0}, (std::size_t{1} << 20) + 1, SIZE_MAX);
  FakePlace place;
  AuditOptions options = To(place);
  options.queue_capacity = bad;
  CHECK_THAT(Mistake(std::move(options)), ContainsSubstring("a queue of audit records holds 1 to "
                                                            "1048576, not " +
                                                            std::to_string(bad)));
  AuditOptions good = To(place);
  good.queue_capacity = std::size_t{1} << 20;
  CHECK(AuditLog::Create(std::move(good)).ok());
}

TEST_CASE("a signing key that cannot be read is refused before anything is written") {
  FakePlace place;
  AuditOptions options = To(place);
  options.signing_key = "/nonexistent/signing.key";
  CHECK_THAT(Mistake(std::move(options)), ContainsSubstring("`/nonexistent/signing.key`"));
  CHECK(place.writes() == 0);
}

TEST_CASE("a log whose required place cannot be written does not open") {
  FakePlace place;
  const bool throws = GENERATE(true, false);
  place.before_write = [throws](std::size_t) -> absl::Status {
    if (throws) throw std::runtime_error("broken");
    return absl::UnavailableError("broken");
  };
  const auto log = AuditLog::Create(To(place));
  CHECK(log.status().code() == absl::StatusCode::kUnavailable);
  CHECK_THAT(std::string(log.status().message()), ContainsSubstring("place: broken"));
}

TEST_CASE("a place that throws when it is opened is an error and no crash") {
  struct Throwing final : AuditSink {
    Written Write(std::string_view) override { return {}; }
    std::string name() const override { return "throwing"; }
    Opening Open() override { throw std::runtime_error("cannot be opened"); }
  };
  AuditOptions options;
  options.places.push_back({.sink = std::make_unique<Throwing>()});
  const auto log = AuditLog::Create(std::move(options));
  CHECK(log.status().code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(log.status().message()) == "the audit log cannot be opened: cannot be opened");
}

TEST_CASE("a log says in its first record how durable it is") {
  const auto [durability, word, may_wait] = GENERATE(table<Durability, std::string, bool>({
      {Durability::kWrite, "write", false},
      {Durability::kFsync, "fsync", true},
      {Durability::kAsync, "async", false},
  }));
  const PeerIdentity caller = testing::SampleCaller();
  FakePlace place;
  AuditOptions options = To(place);
  options.durability = durability;
  const auto log = *AuditLog::Create(std::move(options));
  CHECK(log->may_wait() == may_wait);
  CHECK(place.Records()[0]["certgate"]["trail"]["durability"] == word);
  CHECK(log->Append(testing::AllowedRecord(caller)).ok());
  std::atomic<int> told = 0;
  const std::optional<absl::Status> known = log->Append(
      testing::DeniedRecord(caller), [&told](const absl::Status& status) { told += status.ok(); });
  CHECK(known.has_value() == !may_wait);
  log->Close();
  CHECK(told == (may_wait ? 1 : 0));
  CHECK(place.Actions() == Strings{"audit-open", "authorize", "authorize", "audit-close"});
  CHECK((place.syncs() > 1) == (durability == Durability::kFsync));
  CHECK(log->status().records == 2);
  const absl::Status late = log->Append(testing::AllowedRecord(caller));
  CHECK(std::string(late.message()) == "the audit log is closed");
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a log with a key signs its trail and signs again while nothing is written") {
  const testing::KeyFiles files;
  const PeerIdentity caller = testing::SampleCaller();
  FakePlace place;
  AuditOptions options = To(place);
  options.signing_key = files.private_key();
  const auto log = *AuditLog::Create(std::move(options));
  CHECK(log->Append(testing::AllowedRecord(caller)).ok());
  REQUIRE(WaitUntil([&place] { return place.Actions().back() == "audit-checkpoint"; }));
  log->Close();
  const auto key = VerifyingKey::Load(files.public_key());
  const Strings lines = place.Lines();
  for (const std::size_t i : {std::size_t{0}, lines.size() - 2, lines.size() - 1}) {
    const auto link = ReadChain(std::string_view(lines[i]).substr(0, lines[i].size() - 1));
    CHECK(key->Verifies(ChainHash::Of(link->signed_part), link->signature));
  }
  CHECK(WrongWith(lines).empty());
}

TEST_CASE("an outage and its end are told and seen in the status") {
  const PeerIdentity caller = testing::SampleCaller();
  FakePlace place;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  AuditOptions options = To(place);
  options.on_change = [&](const AuditStatus& status) { ++(status.is_writable ? ended : begun); };
  std::atomic<bool> is_broken = false;
  place.before_write = [&is_broken](std::size_t) {
    return is_broken ? absl::UnavailableError("broken") : absl::OkStatus();
  };
  const auto log = *AuditLog::Create(std::move(options));
  CHECK(log->status().is_writable);
  is_broken = true;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(log->Append(testing::AllowedRecord(caller)).ok());
  CHECK_FALSE(log->status().is_writable);
  CHECK_THAT(log->status().error, ContainsSubstring("place: broken"));
  CHECK(log->status().failed == 3);
  REQUIRE(WaitUntil([&begun] { return begun == 1; }));
  is_broken = false;
  // Without a further call: the log tries by itself.
  REQUIRE(WaitUntil([&ended] { return ended == 1; }));
  CHECK(log->status().is_writable);
  log->Close();
  CHECK(begun == 1);
  CHECK(ended == 1);
  CHECK(place.Records()[1]["certgate"]["suppressed"]["count"] == 3);
}

TEST_CASE("all places are asked to open their files again") {
  FakePlace required("required");
  FakePlace optional("optional");
  AuditOptions options = To(required);
  options.places.push_back({.sink = optional.Sink(), .is_required = false});
  const auto log = *AuditLog::Create(std::move(options));
  log->Reopen();
  CHECK(required.asked_to_reopen() == 1);
  CHECK(optional.asked_to_reopen() == 1);
}

}  // namespace
}  // namespace certgate
