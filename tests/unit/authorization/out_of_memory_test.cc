// Fails each allocation on the way to a decision, and to other files, one after the other; and
// shows where there is none.

#include <absl/time/clock.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer.h>

#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "src/authorization/files_in_force.h"
#include "src/identity/trust.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/served_files.h"
#include "tests/support/trust.h"

namespace {

// The allocation of this thread that fails, counted from 1; 0 for none.
thread_local long failing_allocation = 0;
thread_local long allocations = 0;
thread_local bool counting = false;

}  // namespace

// Not inlined: the compiler would see through one half of a pair and complain of the other.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (counting && ++allocations == failing_allocation) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace certgate::testing {
namespace {

// So many values hold for a caller who has all these units that a decision needs memory for them.
constexpr int kUnits = 60;

std::string Policy() {
  std::string policy =
      "version: 1\nname: shop\nclients:\n  staff:\n    - { client: everybody, cn: ada }\n"
      "  everybody:\n";
  for (int i = 0; i < kUnits; ++i) policy += "    - ou: unit" + std::to_string(i) + "\n";
  return policy +
         "methods:\n  /acme.Shop/Buy:\n    allow:\n      - client: staff\n"
         "    deny:\n      - { ou: unit0, cn: mallory }\n";
}

std::string Subject(const std::string& cn) {
  std::string subject = "CN=" + cn;
  for (int i = 0; i < kUnits; ++i) subject += ",OU=unit" + std::to_string(i);
  return subject;
}

struct Attempt {
  Authorization authorization;
  long allocations_made = 0;
};

Attempt AuthorizeFailing(Authorizer& authorizer, const CallFacts& call, long nth) {
  Attempt attempt;
  allocations = 0;
  failing_allocation = nth;
  counting = true;
  attempt.authorization = authorizer.Authorize(call);
  counting = false;
  attempt.allocations_made = allocations;
  return attempt;
}

}  // namespace

TEST_CASE("whichever allocation fails nobody is let in unrecorded and the process lives") {
  const CertificateAuthority authority("unit CA");
  const bool listed = GENERATE(true, false);
  const std::string pem = authority.Issue(Subject(listed ? "ada" : "eve")).certificate_pem;
  const CallFacts call{.path = "/acme.Shop/Buy", .verified_certificate_pem = pem};
  const auto policy = ParsePolicy(Policy(), "policy.yaml").policy;
  REQUIRE(policy != nullptr);
  long failures = 0;
  for (long nth = 1;; ++nth) {
    // Afresh each time, so that the identity is read and not remembered.
    const auto recording = std::make_shared<Recording>();
    const auto authorizer =
        *Authorizer::Create({.policy = policy,
                             .trust = TrustIn(authority.certificate_pem(), *policy),
                             .audit_log = RecordingLog(recording)});
    const Attempt attempt = AuthorizeFailing(*authorizer, call, nth);
    const std::size_t records = recording->lines().size();
    CHECK(records <= 1);
    if (attempt.authorization.admitted()) {
      CHECK(listed);
      CHECK(records == 1);
    }
    if (attempt.allocations_made < nth) break;  // There were not so many: all have had their turn.
    ++failures;
  }
  CHECK(failures > 5);
}

TEST_CASE("a call of a known caller to a known method is decided and recorded without allocating") {
  const ScratchDirectory scratch;
  const CertificateAuthority authority("unit CA");
  const auto policy = ParsePolicy(Policy(), "policy.yaml").policy;
  const auto authorizer = *Authorizer::Create(
      {.policy = policy,
       .trust = TrustIn(authority.certificate_pem(), *policy),
       .audit_log = *AuditLog::OpenFile(scratch.PathOf("audit.jsonl"), {"unit", "0"})});
  const bool listed = GENERATE(true, false);
  const std::string pem = authority.Issue(Subject(listed ? "ada" : "eve")).certificate_pem;
  const std::string peer =
      GENERATE(as<std::string>{}, "ipv4:192.168.100.200:46924", "ipv6:%5B2001:db8::1:2:3%5D:46924");
  const CallFacts call{.path = "/acme.Shop/Buy",
                       .verified_certificate_pem = pem,
                       .presented_chain_pem = authority.certificate_pem(),
                       .peer_address = peer,
                       .method = authorizer->NumberOf("/acme.Shop/Buy")};
  // Some denials have records of their own, and then they are counted.
  for (int i = 0; i < 30; ++i) REQUIRE(authorizer->Authorize(call).admitted() == listed);
  for (int i = 0; i < 100; ++i) {
    const Attempt attempt = AuthorizeFailing(*authorizer, call, 0);
    REQUIRE(attempt.authorization.admitted() == listed);
    REQUIRE(attempt.allocations_made == 0);
  }
}

TEST_CASE("a decision that runs out of memory is a refusal") {
  const CertificateAuthority authority("unit CA");
  const IdentityReading reading = ReadPeerIdentity(authority.Issue(Subject("ada")).certificate_pem);
  REQUIRE(reading.identity != nullptr);
  PeerIdentity caller = *reading.identity;
  caller.standing = ChainStanding::kProven;
  const auto policy = ParsePolicy(Policy(), "policy.yaml").policy;
  REQUIRE(policy->Decide(caller, "/acme.Shop/Buy", absl::Now()).effect == Effect::kAllow);
  const absl::Time now = absl::Now();
  long failures = 0;
  for (long nth = 1;; ++nth) {
    allocations = 0;
    failing_allocation = nth;
    counting = true;
    const Decision decision = policy->Decide(caller, "/acme.Shop/Buy", now);
    counting = false;
    if (allocations < nth) break;
    ++failures;
    CHECK(decision.effect == Effect::kDeny);
    CHECK(decision.reason == Reason::kInternalError);
  }
  CHECK(failures > 0);
}

TEST_CASE("a deny regex that runs out of memory lets nobody in") {
  const CertificateAuthority authority("unit CA");
  const IdentityReading reading = ReadPeerIdentity(authority.Issue("CN=mallory").certificate_pem);
  REQUIRE(reading.identity != nullptr);
  PeerIdentity caller = *reading.identity;
  caller.standing = ChainStanding::kProven;
  const absl::Time now = absl::Now();
  long failures = 0;
  for (long nth = 1;; ++nth) {
    // Afresh each time: RE2 keeps what it has once built.
    const auto policy = ParsePolicy(
                            "version: 1\nname: shop\nmethods:\n  /acme.Shop/Sell:\n"
                            "    allow:\n      - any: true\n"
                            "    deny:\n      - cn: { regex: '(m|n)[a-z]*(or)?y|x+' }\n...\n",
                            "policy.yaml")
                            .policy;
    REQUIRE(policy != nullptr);
    allocations = 0;
    failing_allocation = nth;
    counting = true;
    const Decision decision = policy->Decide(caller, "/acme.Shop/Sell", now);
    counting = false;
    CHECK(decision.effect == Effect::kDeny);
    // The policy is as good as before.
    CHECK(policy->Decide(caller, "/acme.Shop/Sell", now).reason == Reason::kDeniedByRule);
    if (allocations < nth) break;
    ++failures;
  }
  CHECK(failures > 5);
}

TEST_CASE("whichever allocation fails while files are taken over all are in force or none") {
  // The same policy before and after, since comparing two compiles them, and Abseil's hash tables
  // do not outlive an allocation that fails.
  const std::string policy = Policy();
  ServedFiles files(policy);
  const std::string old_ca = files.authority().certificate_pem();
  const std::string new_ca = CertificateAuthority("other CA").certificate_pem();
  ReloaderOptions options{.files = files.paths,
                          .audit_log = RecordingLog(std::make_shared<Recording>())};
  const auto load_rules = [&](const std::string& ca, Fingerprint& fingerprint) {
    files.Replace("ca.crt", ca);
    SourceReader reader;
    RulesLoad load = LoadRules(files.paths.policy, files.paths.trust, reader);
    fingerprint = FingerprintOf(reader);
    return load;
  };
  const auto is_in_force = [](const FilesInForce& in_force, const std::string& ca) {
    return in_force.authorizer()->trust()->client_ca_pem() == ca &&
           in_force.material()->Get()->client_ca == ca;
  };
  int kept = 0;
  int taken = 0;
  for (long nth = 1;; ++nth) {
    FilesInForce in_force(options);
    Fingerprint before;
    RulesLoad first = load_rules(old_ca, before);
    in_force.TakeRules(LoadTrigger::kStart, std::move(first), before);
    SourceReader pair_files;
    KeyPairLoad pair =
        LoadKeyPair(files.paths.certificate, files.paths.private_key, absl::Now(), pair_files);
    in_force.TakeKeyPair(LoadTrigger::kStart, std::move(pair), FingerprintOf(pair_files));
    REQUIRE(is_in_force(in_force, old_ca));
    Fingerprint after;
    RulesLoad load = load_rules(new_ca, after);
    Fingerprint given = after;

    allocations = 0;
    failing_allocation = nth;
    counting = true;
    try {
      in_force.TakeRules(LoadTrigger::kFileChange, std::move(load), std::move(given));
    } catch (const std::bad_alloc&) {
    }
    counting = false;
    if (in_force.authorizer()->generation() == 2) {
      ++taken;
      CHECK(is_in_force(in_force, new_ca));
      CHECK(in_force.tried_rules() == after);
      CHECK(in_force.Errors().empty());
    } else {
      ++kept;
      CHECK(is_in_force(in_force, old_ca));
      CHECK(in_force.tried_rules() == before);
    }
    if (allocations < nth) break;
  }
  CHECK(kept > 5);
  CHECK(taken > 0);
}

}  // namespace certgate::testing
