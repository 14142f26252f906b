#include <absl/time/clock.h>
#include <certgate/authorizer.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "methods:\n"
    "  /acme.Shop/Buy:\n"
    "    allow:\n"
    "      - { cn: ada, id: buyers, owner: shop@acme.example, reason: JIRA-42 }\n"
    "    deny:\n"
    "      - { ou: fired, id: leavers }\n"
    "  /acme.Shop/Look:\n"
    "    mode: observe\n"
    "    allow:\n"
    "      - cn: ada\n";

struct Bench {
  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  CertificateAuthority authority{"unit CA"};
  absl::Time now = absl::Now();
  std::shared_ptr<const Policy> policy = ParsePolicy(kPolicy, "policy.yaml").policy;
  std::shared_ptr<Authorizer> authorizer =
      *Authorizer::Create({.policy = policy,
                           .trust = TrustIn(authority.certificate_pem(), *policy),
                           .audit_log = RecordingLog(recording),
                           .clock = [this] { return now; }});

  Authorization Ask(const std::string& subject, std::string_view path) {
    const std::string pem = authority.Issue(subject).certificate_pem;
    return authorizer->Authorize({.path = path,
                                  .verified_certificate_pem = pem,
                                  .peer_address = "ipv4:10.0.0.1:4711",
                                  .tls_resumed = true});
  }
  nlohmann::json LastRecord() const { return nlohmann::json::parse(recording->lines().back()); }
};

}  // namespace

TEST_CASE("an allowed call carries its caller and its rule") {
  Bench bench;
  const Authorization authorization = bench.Ask("CN=ada,OU=eng", "/acme.Shop/Buy");
  CHECK(authorization.admitted());
  REQUIRE(authorization.caller() != nullptr);
  CHECK(authorization.caller()->common_name == "ada");
  const auto record = bench.LastRecord();
  CHECK(record["event"]["id"] == std::string(authorization.record_id.text()));
  CHECK(record["event"]["reason"] == "allowed");
  CHECK(record["rule"]["name"] == "buyers");
  CHECK(record["rule"]["ruleset"] == "shop");
  CHECK(record["tls"]["resumed"] == true);
  CHECK(record["source"]["ip"] == "10.0.0.1");
}

TEST_CASE("each refusal has its status and its record") {
  Bench bench;
  const auto code = [&](const Authorization& authorization, const std::string& reason) {
    CHECK(bench.LastRecord()["event"]["reason"] == reason);
    CHECK_FALSE(authorization.admitted());
    return authorization.code;
  };
  using absl::StatusCode;
  CHECK(code(bench.Ask("CN=eve", "/acme.Shop/Buy"), "no_matching_rule") ==
        StatusCode::kPermissionDenied);
  CHECK(code(bench.Ask("CN=ada,OU=fired", "/acme.Shop/Buy"), "denied_by_rule") ==
        StatusCode::kPermissionDenied);
  CHECK(bench.LastRecord()["rule"]["name"] == "leavers");
  CHECK(code(bench.Ask("CN=ada", "/acme.Shop/Sell"), "method_not_listed") ==
        StatusCode::kPermissionDenied);
  CHECK(code(bench.Ask("CN=ada", "acme.Shop/Buy"), "malformed_method") ==
        StatusCode::kPermissionDenied);
  CHECK(code(bench.Ask("CN=ada,CN=eve", "/acme.Shop/Buy"), "identity_rejected") ==
        StatusCode::kUnauthenticated);
  CHECK(code(bench.authorizer->Authorize({.path = "/acme.Shop/Buy"}), "no_certificate") ==
        StatusCode::kUnauthenticated);
  CHECK(code(bench.authorizer->Authorize(
                 {.path = "/acme.Shop/Buy", .verified_certificate_pem = "garbage"}),
             "identity_rejected") == StatusCode::kUnauthenticated);
  const auto ada = bench.authority.Issue("CN=ada");
  const auto ask_at = [&](absl::Time time) {
    bench.now = time;
    return bench.authorizer->Authorize(
        {.path = "/acme.Shop/Buy", .verified_certificate_pem = ada.certificate_pem});
  };
  CHECK(code(ask_at(absl::Now() + absl::Hours(48)), "certificate_expired") ==
        StatusCode::kUnauthenticated);
  CHECK(code(ask_at(absl::Now() - absl::Hours(48)), "certificate_not_yet_valid") ==
        StatusCode::kUnauthenticated);
  CHECK(bench.recording->lines().size() == 9);
}

TEST_CASE("identity and validity hold under observe too") {
  Bench bench;
  CHECK(bench.Ask("CN=eve", "/acme.Shop/Look").admitted());
  CHECK(bench.LastRecord()["event"]["reason"] == "would_deny");
  CHECK_FALSE(bench.Ask("CN=eve,CN=bob", "/acme.Shop/Look").admitted());
  CHECK_FALSE(bench.authorizer->Authorize({.path = "/acme.Shop/Look"}).admitted());
  bench.now += absl::Hours(48);
  CHECK_FALSE(bench.Ask("CN=ada", "/acme.Shop/Look").admitted());
  CHECK(bench.LastRecord()["event"]["reason"] == "certificate_expired");
}

TEST_CASE("the refused caller learns the record and nothing else") {
  Bench bench;
  const Authorization unlisted = bench.Ask("CN=eve", "/acme.Shop/Buy");
  const Authorization unknown = bench.Ask("CN=eve", "/acme.Shop/Nothing");
  const auto text = [](const Authorization& authorization) {
    std::string message = authorization.RefusalMessage();
    const std::string id(authorization.record_id.text());
    REQUIRE(message.find(id) != std::string::npos);
    return message.replace(message.find(id), id.size(), "ID");
  };
  CHECK(text(unlisted) == text(unknown));
}

TEST_CASE("a preview decides without a record") {
  Bench bench;
  const Authorization authorization = bench.Ask("CN=ada", "/acme.Shop/Buy");
  REQUIRE(authorization.caller() != nullptr);
  CHECK(bench.authorizer->Preview(*authorization.caller(), "/acme.Shop/Buy").effect ==
        Effect::kAllow);
  CHECK(bench.authorizer->Preview(*authorization.caller(), "/acme.Shop/Sell").effect ==
        Effect::kDeny);
  CHECK(bench.recording->lines().size() == 1);
}

TEST_CASE("many threads ask at once and each gets its own answer and record") {
  Bench bench;
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kCallsEach = 300;
  std::vector<std::string> certificates;
  for (std::size_t i = 0; i < kThreads; ++i) {
    certificates.push_back(bench.authority.Issue(i % 2 == 0 ? "CN=ada" : "CN=eve").certificate_pem);
  }
  std::vector<std::size_t> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t call = 0; call < kCallsEach; ++call) {
        // Every thread asks with every certificate: first readings meet in the cache.
        const std::size_t caller = (thread + call) % kThreads;
        const Authorization authorization = bench.authorizer->Authorize(
            {.path = "/acme.Shop/Buy", .verified_certificate_pem = certificates[caller]});
        if (authorization.admitted() != (caller % 2 == 0)) ++wrong[thread];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<std::size_t>(kThreads, 0));

  const std::vector<std::string> lines = bench.recording->lines();
  CHECK(lines.size() == kThreads * kCallsEach);
  // Between them stand the records that the trail makes of itself.
  std::uint64_t last = 0;
  for (const std::string& line : lines) {
    const auto sequence = nlohmann::json::parse(line)["event"]["sequence"].get<std::uint64_t>();
    REQUIRE(sequence > last);
    last = sequence;
  }
}

TEST_CASE("an authorizer that lacks a part is not made") {
  Bench bench;
  const auto policy = bench.policy;
  const auto trust = bench.authorizer->trust();
  const auto log = RecordingLog(bench.recording);
  CHECK_FALSE(Authorizer::Create({.policy = nullptr, .trust = trust, .audit_log = log}).ok());
  CHECK_FALSE(Authorizer::Create({.policy = policy, .trust = nullptr, .audit_log = log}).ok());
  CHECK_FALSE(Authorizer::Create({.policy = policy, .trust = trust, .audit_log = nullptr}).ok());
  CHECK_FALSE(
      Authorizer::Create({.policy = policy, .trust = trust, .audit_log = log, .clock = nullptr})
          .ok());
  CHECK_FALSE(
      Authorizer::Create(
          {.policy = policy, .trust = trust, .audit_log = log, .identity_cache_capacity = 0})
          .ok());
  CHECK(Authorizer::Create({.policy = policy, .trust = trust, .audit_log = log}).ok());
}

}  // namespace certgate::testing
