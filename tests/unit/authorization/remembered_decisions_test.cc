#include <absl/time/clock.h>
#include <certgate/authorizer.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trust.h"

// Two authorizers with one clock, policy and trust: one remembers what it decides, and one is not
// told the numbers of methods and decides each call anew. They must never differ.
namespace certgate::testing {
namespace {

const std::vector<std::string> kMethods = {"/a.S/M0", "/a.S/M1", "/a.S/M2", "/a.S/M3",
                                           "/b.S/M0", "/b.S/M1", "/b.S/M2", "/b.S/M3",
                                           "/c.S/M0", "/c.S/M1", "/c.S/M2", "/c.S/M3"};

// A moment that is a whole second, as certificates have them.
const absl::Time kStart = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));

absl::Time At(int seconds) { return kStart + absl::Seconds(seconds); }

class Twins {
 public:
  explicit Twins(const std::string& policy) {
    // Authorities that begin and end between the moments at which the tests ask.
    const CertificateAuthority later({.common_name = "later", .not_before = At(20)}, &root_);
    const CertificateAuthority ending({.common_name = "ending", .not_after = At(40)}, &root_);
    scratch_.Write("corp.crt", root_.certificate_pem());
    scratch_.Write("later.crt", later.certificate_pem());
    scratch_.Write("ending.crt", ending.certificate_pem());
    const auto issue = [&](const CertificateAuthority& authority, const std::string& cn,
                           absl::Time not_before, absl::Time not_after) {
      certificates_.push_back({authority
                                   .Issue({.subject = {{"CN", cn}},
                                           .alternative_names = {},
                                           .not_before = not_before,
                                           .not_after = not_after,
                                           .serial_number = ""})
                                   .certificate_pem,
                               authority.certificate_pem()});
    };
    for (const char* const cn : {"ada", "bob", "eve"}) {
      issue(root_, cn, At(-100), At(100));
      issue(root_, cn, At(10), At(30));
      issue(later, cn, At(-100), At(100));
      issue(ending, cn, At(-100), At(100));
    }
    remembering_ = Make(remembered_, policy);
    forgetful_ = Make(decided_, policy);
    for (const std::string& method : kMethods) {
      numbers_.push_back(remembering_->NumberOf(method));
    }
  }

  void Replace(const std::string& policy) {
    const auto parsed = Parse(policy);
    const auto trust = TrustIn(root_.certificate_pem(), *parsed);
    REQUIRE(remembering_->Replace(parsed, trust).ok());
    REQUIRE(forgetful_->Replace(parsed, trust).ok());
  }

  void set_now(absl::Time now) { now_ = now; }
  std::size_t certificates() const { return certificates_.size(); }

  // Asks both, and returns the status.
  absl::StatusCode Ask(std::size_t certificate, std::size_t method) {
    CallFacts call = {.path = kMethods[method],
                      .verified_certificate_pem = certificates_[certificate][0],
                      .presented_chain_pem = certificates_[certificate][1],
                      .peer_address = method % 2 == 0 ? "ipv4:10.0.0.1:4711" : "ipv6:%5B::1%5D:5",
                      .tls_resumed = certificate % 2 == 0};
    const Authorization anew = forgetful_->Authorize(call);
    call.method = numbers_[method];
    const Authorization remembered = remembering_->Authorize(call);
    CHECK(remembered.code == anew.code);
    CHECK(remembered.reconsider_at == anew.reconsider_at);
    CHECK(remembered.generation == anew.generation);
    CHECK(LastOf(*remembered_) == LastOf(*decided_));
    return anew.code;
  }

  std::shared_ptr<const Policy> Parse(std::string text) const {
    for (const char* const name : {"corp", "later", "ending"}) {
      const std::string mark = "@" + std::string(name);
      const std::size_t at = text.find(mark);
      if (at != std::string::npos) {
        text.replace(at, mark.size(), "\"" + scratch_.PathOf(name + std::string(".crt")) + "\"");
      }
    }
    const PolicyLoad load = ParsePolicy(text, "policy.yaml");
    INFO(Render(load.diagnostics));
    REQUIRE(load.policy != nullptr);
    return load.policy;
  }

 private:
  std::shared_ptr<Authorizer> Make(std::shared_ptr<Recording>& recording,
                                   const std::string& policy) {
    recording = std::make_shared<Recording>();
    const auto parsed = Parse(policy);
    return *Authorizer::Create({.policy = parsed,
                                .trust = TrustIn(root_.certificate_pem(), *parsed),
                                .audit_log = RecordingLog(recording),
                                .identity_cache_capacity = 8,
                                .clock = [this] { return now_; }});
  }

  // But for what is new in each record.
  static nlohmann::json LastOf(const Recording& recording) {
    nlohmann::json record = nlohmann::json::parse(recording.lines().back());
    record["event"].erase("id");
    record["certgate"].erase("chain");
    return record;
  }

  const ScratchDirectory scratch_;
  const CertificateAuthority root_{"root CA"};
  std::vector<std::array<std::string, 2>> certificates_;
  absl::Time now_ = kStart;
  std::shared_ptr<Recording> remembered_;
  std::shared_ptr<Recording> decided_;
  std::shared_ptr<Authorizer> remembering_;
  std::shared_ptr<Authorizer> forgetful_;
  std::vector<std::uint32_t> numbers_;
};

std::string Expiry(int seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", At(seconds), absl::UTCTimeZone());
}

// Entries that end, deny, observe and ask for authorities.
std::string Policy(int variant) {
  const std::string who = variant % 2 == 0 ? "ada" : "bob";
  std::string text = "version: 1\nname: p" + std::to_string(variant) + "\n";
  const bool names_authorities = variant % 3 != 0;
  if (names_authorities) {
    text +=
        "authorities:\n  corp: { ca_file: @corp }\n  later: { ca_file: @later }\n"
        "  ending: { ca_file: @ending }\n";
  }
  text += "methods:\n  /a.S/*:\n    allow:\n      - { cn: " + who + ", id: lasting }\n" +
          "      - { cn: eve, expires: " + Expiry(25) + ", id: short }\n";
  text += "  /b.S/*:\n    mode: observe\n    allow:\n      - cn: ada\n";
  text +=
      "  /c.S/M1:\n    deny:\n      - { cn: ada, expires: " + Expiry(35) + " }\n" +
      "    allow:\n      - " +
      (names_authorities ? "{ cn: \"*\", issuer: later }\n      - { cn: \"*\", issuer: ending }\n"
                         : "cn: \"*\"\n");
  return text + "...\n";
}

}  // namespace

TEST_CASE("a remembered decision is the one that would be made, at any time and after any change") {
  std::mt19937 random(20261127);
  const auto below = [&random](std::size_t limit) { return random() % limit; };
  Twins twins(Policy(0));
  int admitted = 0;
  int refused = 0;
  for (int step = 0; step < 6000; ++step) {
    switch (below(40)) {
      case 0:
        twins.Replace(Policy(static_cast<int>(below(6))));
        break;
      case 1:
      case 2: {
        // Just before, at and just after the moments at which something begins or ends; and back.
        const std::array<absl::Duration, 4> around = {-absl::Nanoseconds(1), absl::ZeroDuration(),
                                                      absl::Nanoseconds(1), absl::Seconds(2)};
        twins.set_now(At(5 * static_cast<int>(below(24)) - 10) + around[below(4)]);
        break;
      }
      default: {
        const auto code = twins.Ask(below(twins.certificates()), below(kMethods.size()));
        ++(code == absl::StatusCode::kOk ? admitted : refused);
      }
    }
  }
  CHECK(admitted > 500);
  CHECK(refused > 500);
}

TEST_CASE("a certificate is accepted in its last second and not behind it, remembered or not") {
  Twins twins("version: 1\nname: p\nmethods:\n  /a.S/M0:\n    allow:\n      - cn: ada\n...\n");
  constexpr std::size_t kEnding = 1;  // of ada, from 10 to 30
  for (int round = 0; round < 2; ++round) {
    twins.set_now(At(10) - absl::Nanoseconds(1));
    CHECK(twins.Ask(kEnding, 0) == absl::StatusCode::kUnauthenticated);
    twins.set_now(At(10));
    CHECK(twins.Ask(kEnding, 0) == absl::StatusCode::kOk);
    twins.set_now(At(30));
    CHECK(twins.Ask(kEnding, 0) == absl::StatusCode::kOk);
    twins.set_now(At(30) + absl::Nanoseconds(1));
    CHECK(twins.Ask(kEnding, 0) == absl::StatusCode::kUnauthenticated);
  }
}

TEST_CASE("a wrong number lets nobody in by another method's decision") {
  const auto recording = std::make_shared<Recording>();
  const CertificateAuthority authority("unit CA");
  const auto policy =
      ParsePolicy("version: 1\nname: p\nmethods:\n  /a.S/M0:\n    allow:\n      - cn: ada\n...\n",
                  "policy.yaml")
          .policy;
  const auto authorizer =
      *Authorizer::Create({.policy = policy,
                           .trust = TrustIn(authority.certificate_pem(), *policy),
                           .audit_log = RecordingLog(recording)});
  const std::string ada = authority.Issue("CN=ada").certificate_pem;
  const std::uint32_t number = authorizer->NumberOf("/a.S/M0");
  CHECK(authorizer->NumberOf("/a.S/M0") == number);
  CHECK(authorizer->NumberOf("/a.S/M1") != number);
  CallFacts call = {.path = "/a.S/M0", .verified_certificate_pem = ada, .method = number};
  CHECK(authorizer->Authorize(call).admitted());
  CHECK(authorizer->Authorize(call).admitted());
  call.path = "/a.S/M1";
  CHECK_FALSE(authorizer->Authorize(call).admitted());
  const auto record = nlohmann::json::parse(recording->lines().back());
  CHECK(record["rpc"]["method"] == "a.S/M1");
  CHECK(record["event"]["reason"] == "method_not_listed");
}

}  // namespace certgate::testing
