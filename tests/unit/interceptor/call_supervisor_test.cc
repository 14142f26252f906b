#include "src/interceptor/call_supervisor.h"

#include <absl/time/clock.h>
#include <grpc/grpc.h>
#include <grpc/slice.h>

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/served_files.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr char kBuy[] = "/acme.Shop/Buy";

/// A call of gRPC's that nobody answers, to be held and ended.
class IdleCall {
 public:
  IdleCall()
      : queue_(grpc_completion_queue_create_for_pluck(nullptr)),
        channel_(grpc_lame_client_channel_create("nowhere", GRPC_STATUS_UNAVAILABLE, "nowhere")),
        call_(grpc_channel_create_call(channel_, nullptr, GRPC_PROPAGATE_DEFAULTS, queue_,
                                       grpc_slice_from_static_string(kBuy), nullptr,
                                       gpr_inf_future(GPR_CLOCK_REALTIME), nullptr)) {}
  ~IdleCall() {
    grpc_call_unref(call_);
    grpc_channel_destroy(channel_);
    grpc_completion_queue_shutdown(queue_);
    grpc_completion_queue_pluck(queue_, nullptr, gpr_inf_future(GPR_CLOCK_REALTIME), nullptr);
    grpc_completion_queue_destroy(queue_);
  }
  IdleCall(const IdleCall&) = delete;
  IdleCall& operator=(const IdleCall&) = delete;
  grpc_call* get() const { return call_; }

 private:
  grpc_completion_queue* const queue_;
  grpc_channel* const channel_;
  grpc_call* const call_;
};

std::string Letting(const std::string& cn) {
  return "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n      - cn: " + cn +
         "\n...\n";
}

struct Bench {
  Bench() {
    grpc_init();
    const auto policy = ParsePolicy(Letting("ada"), "policy.yaml").policy;
    authorizer = *Authorizer::Create({.policy = policy,
                                      .trust = TrustIn(authority.certificate_pem(), *policy),
                                      .audit_log = RecordingLog(recording),
                                      .clock = [this] { return absl::Now() + ahead.load(); }});
  }
  ~Bench() { grpc_shutdown(); }
  Authorization Admit() {
    const Authorization admitted =
        authorizer->Authorize({.path = kBuy, .verified_certificate_pem = ada});
    REQUIRE(admitted.admitted());
    return admitted;
  }
  void Replace(const std::string& text) {
    const auto policy = ParsePolicy(text, "policy.yaml").policy;
    REQUIRE(authorizer->Replace(policy, TrustIn(authority.certificate_pem(), *policy)).ok());
  }

  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  CertificateAuthority authority{"unit CA"};
  const std::string ada = authority.Issue("CN=ada").certificate_pem;
  std::atomic<absl::Duration> ahead{absl::ZeroDuration()};
  std::shared_ptr<Authorizer> authorizer;
};

/// A call in the table for as long as it lives.
class Entered {
 public:
  Entered(CallSupervisor& supervisor, const Authorization& admitted)
      : entry_(call_.get(), kBuy, admitted) {
    supervisor.Enter(entry_);
  }
  ~Entered() { RunningCalls::Instance().Remove(entry_); }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  const IdleCall call_;
  RunningCall entry_;
};

}  // namespace

TEST_CASE("a stale call is held once and one that is not says when it is due") {
  Bench bench;
  RunningCalls calls;
  const IdleCall call;
  Authorization admitted = bench.Admit();
  RunningCall entry(call.get(), kBuy, admitted);
  const auto* const mine = reinterpret_cast<const CallSupervisor*>(&bench);
  calls.Add(entry, mine);
  const auto hold = [&](const CallSupervisor* whose, std::uint64_t generation, absl::Time now,
                        absl::Time& due) {
    std::optional<HeldCall> held;
    for (std::size_t bucket = 0; bucket < RunningCalls::kBuckets && !held.has_value(); ++bucket) {
      auto found = calls.HoldStale(bucket, whose, generation, now, due);
      if (found.has_value()) held.emplace(found->call(), found->path, found->admitted);
    }
    return held;
  };
  absl::Time due = absl::InfiniteFuture();
  CHECK_FALSE(hold(mine, 1, absl::Now(), due).has_value());
  CHECK(due == admitted.reconsider_at);
  CHECK(hold(mine, 1, admitted.reconsider_at, due).has_value());
  CHECK_FALSE(hold(nullptr, 2, absl::Now(), due).has_value());
  CHECK(calls.CountOf(mine) == 1);
  CHECK(calls.CountOf(nullptr) == 0);

  auto held = hold(mine, 2, absl::Now(), due);
  REQUIRE(held.has_value());
  CHECK(held->call() == call.get());
  CHECK(held->path == kBuy);
  CHECK(held->admitted.record_id.text() == admitted.record_id.text());
  held->admitted.generation = 2;
  calls.NoteAdmitted(*held);
  CHECK_FALSE(hold(mine, 2, absl::Now(), due).has_value());
  CHECK(calls.NoteRevoked(*held, absl::StatusCode::kPermissionDenied));
  // It is being ended: not once more.
  CHECK_FALSE(hold(mine, 3, absl::InfiniteFuture(), due).has_value());
  calls.Remove(entry);
  calls.NoteAdmitted(*held);
  CHECK_FALSE(calls.NoteRevoked(*held, absl::StatusCode::kPermissionDenied));
  CHECK(calls.CountOf(mine) == 0);
}

TEST_CASE("a running call that lost its right is ended and recorded once") {
  Bench bench;
  CallSupervisor supervisor(bench.authorizer);
  REQUIRE(supervisor.Start().ok());
  const Entered call(supervisor, bench.Admit());
  CHECK(supervisor.running() == 1);
  bench.Replace(Letting("ada") + "# again\n");
  bench.Replace(Letting("bob"));
  // The record comes after the end.
  CHECK(Eventually([&] { return bench.recording->lines().size() == 2; }));
  bench.Replace(Letting("carl"));
  absl::SleepFor(absl::Milliseconds(50));
  CHECK(supervisor.revoked() == 1);
  REQUIRE(bench.recording->lines().size() == 2);
  CHECK(nlohmann::json::parse(bench.recording->lines()[1])["event"]["action"] == "revoke-call");
}

TEST_CASE("a call that enters after its policy was replaced is looked at again") {
  Bench bench;
  CallSupervisor supervisor(bench.authorizer);
  REQUIRE(supervisor.Start().ok());
  const Authorization admitted = bench.Admit();
  bench.Replace(Letting("bob"));
  const Entered call(supervisor, admitted);
  CHECK(Eventually([&] { return supervisor.revoked() == 1; }));
}

TEST_CASE("a running call ends with its certificate also where the clock is set") {
  Bench bench;
  CallSupervisor supervisor(bench.authorizer);
  REQUIRE(supervisor.Start().ok());
  const Entered call(supervisor, bench.Admit());
  absl::SleepFor(absl::Milliseconds(250));
  CHECK(supervisor.revoked() == 0);
  bench.ahead = absl::Hours(48);
  CHECK(Eventually([&] { return bench.recording->lines().size() == 2; }));
  CHECK(supervisor.revoked() == 1);
  const auto record = nlohmann::json::parse(bench.recording->lines().back());
  CHECK(record["event"]["reason"] == "certificate_expired");
}

TEST_CASE("calls that have left are not looked at and two supervisors keep to their own") {
  Bench bench;
  Bench other;
  CallSupervisor supervisor(bench.authorizer);
  CallSupervisor others(other.authorizer);
  REQUIRE(supervisor.Start().ok());
  REQUIRE(others.Start().ok());
  { const Entered left(supervisor, bench.Admit()); }
  const Entered call(others, other.Admit());
  bench.Replace(Letting("bob"));
  absl::SleepFor(absl::Milliseconds(100));
  CHECK(supervisor.running() == 0);
  CHECK(others.running() == 1);
  CHECK(supervisor.revoked() == 0);
  CHECK(others.revoked() == 0);
  other.Replace(Letting("bob"));
  CHECK(Eventually([&] { return others.revoked() == 1; }));
}

}  // namespace certgate::testing
