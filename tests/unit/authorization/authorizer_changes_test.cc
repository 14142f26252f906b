#include <absl/time/clock.h>
#include <certgate/authorizer.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr char kBuy[] = "/acme.Shop/Buy";

std::string Letting(const std::string& cn, const std::string& mode = "enforce") {
  return "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    mode: " + mode +
         "\n    allow:\n      - { cn: " + cn + ", id: the-rule }\n...\n";
}

struct Bench {
  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  CertificateAuthority authority{"unit CA"};
  absl::Time now = absl::Now();
  bool is_clock_broken = false;
  std::shared_ptr<const Policy> first = Parse(Letting("ada"));
  std::shared_ptr<Authorizer> authorizer =
      *Authorizer::Create({.policy = first,
                           .trust = TrustIn(authority.certificate_pem(), *first),
                           .audit_log = RecordingLog(recording),
                           .clock = [this] {
                             if (is_clock_broken) throw std::runtime_error("no clock");
                             return now;
                           }});
  const std::string ada = authority.Issue("CN=ada").certificate_pem;
  const CallFacts call{
      .path = kBuy, .verified_certificate_pem = ada, .peer_address = "ipv4:10.0.0.1:4711"};

  static std::shared_ptr<const Policy> Parse(const std::string& text) {
    const PolicyLoad load = ParsePolicy(text, "policy.yaml");
    INFO(Render(load.diagnostics));
    REQUIRE(load.policy != nullptr);
    return load.policy;
  }
  void Replace(const std::string& text) {
    const auto policy = Parse(text);
    REQUIRE(authorizer->Replace(policy, TrustIn(authority.certificate_pem(), *policy)).ok());
  }
  // As whoever watches over running calls does it: decides again, and records what has to end.
  Authorization Again(Authorization admitted) const {
    std::optional<Authorization> refusal = authorizer->Reconsider(admitted, call.path);
    if (!refusal.has_value()) return admitted;
    authorizer->Record(*refusal, admitted, call);
    return *std::move(refusal);
  }
  nlohmann::json LastRecord() const { return nlohmann::json::parse(recording->lines().back()); }
};

}  // namespace

TEST_CASE("after a replacement the new policy decides and the generation is one more") {
  Bench bench;
  CHECK(bench.authorizer->generation() == 1);
  const Authorization before = bench.authorizer->Authorize(bench.call);
  CHECK(before.admitted());
  CHECK(before.generation == 1);
  bench.Replace(Letting("bob"));
  CHECK(bench.authorizer->generation() == 2);
  const Authorization after = bench.authorizer->Authorize(bench.call);
  CHECK_FALSE(after.admitted());
  CHECK(after.generation == 2);
  CHECK(bench.authorizer->policy()->version() == Bench::Parse(Letting("bob"))->version());
}

TEST_CASE("a replacement that is refused changes nothing and calls nobody") {
  Bench bench;
  int told = 0;
  bench.authorizer->AddListener([&] { ++told; });
  const auto policy = bench.authorizer->policy();
  const auto trust = bench.authorizer->trust();
  CHECK_FALSE(bench.authorizer->Replace(nullptr, trust).ok());
  CHECK_FALSE(bench.authorizer->Replace(policy, nullptr).ok());
  const auto roots = TrustIn(
      bench.authority.certificate_pem() + CertificateAuthority("other CA").certificate_pem(),
      *policy);
  CHECK(bench.authorizer->Replace(policy, roots).code() == absl::StatusCode::kFailedPrecondition);
  CHECK(bench.authorizer->generation() == 1);
  CHECK(bench.authorizer->trust() == trust);
  CHECK(told == 0);
}

TEST_CASE("listeners are called after each replacement until they are removed") {
  Bench bench;
  std::uint64_t seen = 0;
  int others = 0;
  const auto first = bench.authorizer->AddListener([&] { seen = bench.authorizer->generation(); });
  const auto second = bench.authorizer->AddListener([&] { ++others; });
  CHECK(first != second);
  bench.Replace(Letting("bob"));
  CHECK(seen == 2);
  CHECK(others == 1);
  bench.authorizer->RemoveListener(first);
  bench.authorizer->RemoveListener(first);
  bench.Replace(Letting("ada"));
  CHECK(seen == 2);
  CHECK(others == 2);
}

TEST_CASE("a running call that may go on is not recorded again") {
  Bench bench;
  const Authorization admitted = bench.authorizer->Authorize(bench.call);
  bench.Replace(Letting("ada") + "# again\n");
  const Authorization again = bench.Again(admitted);
  CHECK(again.admitted());
  CHECK(again.generation == 2);
  CHECK(again.record_id.text() == admitted.record_id.text());
  CHECK(again.decided_at == admitted.decided_at);
  CHECK(bench.recording->lines().size() == 1);
}

TEST_CASE("a running call that lost its right ends and the record says which call that was") {
  Bench bench;
  const Authorization admitted = bench.authorizer->Authorize(bench.call);
  bench.Replace(Letting("bob"));
  bench.now += absl::Seconds(3);
  const Authorization again = bench.Again(admitted);
  CHECK(again.code == absl::StatusCode::kPermissionDenied);
  const auto record = bench.LastRecord();
  CHECK(record["event"]["action"] == "revoke-call");
  CHECK(record["event"]["outcome"] == "failure");
  CHECK(record["event"]["reason"] == "no_matching_rule");
  CHECK(record["event"]["duration"] == 3'000'000'000);
  CHECK(record["event"]["id"] == std::string(again.record_id.text()));
  CHECK(record["certgate"]["admitted_by"] == std::string(admitted.record_id.text()));
  CHECK(record["rule"]["version"] == std::string(bench.authorizer->policy()->version()));
  CHECK(record["tls"]["client"]["x509"]["subject"]["common_name"][0] == "ada");
}

TEST_CASE("a running call whose certificate has ended is unauthenticated") {
  Bench bench;
  Authorization admitted = bench.authorizer->Authorize(bench.call);
  // Nothing but the CA and the certificate begins or ends.
  int looks = 0;
  for (; admitted.admitted() && looks < 5; ++looks) {
    CHECK(admitted.reconsider_at > bench.now);
    bench.now = admitted.reconsider_at;
    admitted = bench.Again(admitted);
  }
  CHECK(looks < 5);
  CHECK(bench.now < absl::Now() + absl::Hours(25));
  CHECK(admitted.code == absl::StatusCode::kUnauthenticated);
  CHECK(bench.LastRecord()["event"]["reason"] == "certificate_expired");
}

TEST_CASE("a running call that observe alone lets in goes on under observe and ends without") {
  Bench bench;
  bench.Replace(Letting("bob", "observe"));
  const Authorization admitted = bench.authorizer->Authorize(bench.call);
  REQUIRE(admitted.admitted());
  CHECK(bench.LastRecord()["event"]["reason"] == "would_deny");
  CHECK(bench.Again(admitted).admitted());
  bench.Replace(Letting("bob"));
  CHECK_FALSE(bench.Again(admitted).admitted());
  CHECK(bench.LastRecord()["event"]["action"] == "revoke-call");
}

TEST_CASE("a clock that fails ends the running call and is recorded") {
  Bench bench;
  const Authorization admitted = bench.authorizer->Authorize(bench.call);
  bench.is_clock_broken = true;
  CHECK(bench.Again(admitted).code == absl::StatusCode::kInternal);
  CHECK(bench.LastRecord()["event"]["action"] == "revoke-call");
  CHECK(bench.LastRecord()["certgate"]["admitted_by"] == std::string(admitted.record_id.text()));
  CHECK(bench.authorizer->Authorize(bench.call).code == absl::StatusCode::kInternal);
  CHECK(bench.authorizer->Now() == absl::InfiniteFuture());
}

TEST_CASE("a call that lost its right ends though its end cannot be recorded") {
  Bench bench;
  const Authorization admitted = bench.authorizer->Authorize(bench.call);
  bench.Replace(Letting("bob"));
  bench.recording->set_fault([] { return absl::UnavailableError("disk full"); });
  CHECK_FALSE(bench.Again(admitted).admitted());
  CHECK(bench.recording->lines().size() == 1);
  // Who keeps the right goes on: there is nothing to record.
  bench.Replace(Letting("ada"));
  CHECK(bench.Again(admitted).admitted());
}

TEST_CASE("what was never admitted is not let in by being looked at again") {
  Bench bench;
  CHECK_FALSE(bench.Again(Authorization{}).admitted());
}

}  // namespace certgate::testing
