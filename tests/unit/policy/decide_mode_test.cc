#include <certgate/policy.h>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

const std::string kPath = "/a.b.S/M";

Decision DecideFor(const Policy& policy, const std::string& name) {
  return policy.Decide(Caller(name), kPath, kNow);
}

std::unique_ptr<const Policy> Observing(std::vector<MethodRules> methods) {
  PolicyDocument document = Document(std::move(methods));
  document.mode = Mode::kObserve;
  return std::make_unique<const Policy>(CompilePolicy(std::move(document)));
}

TEST_CASE("a call that an observed method denies is let through and recorded") {
  const auto policy = MakePolicy({In(Mode::kObserve, On(kPath, {Where({Cn("a")})}))});
  const Decision decision = DecideFor(*policy, "b");
  CHECK(decision.effect == Effect::kAllow);
  CHECK(decision.reason == Reason::kWouldDeny);
  CHECK(decision.observed == Reason::kNoMatchingRule);
  CHECK(decision.mode == Mode::kObserve);
  CHECK_FALSE(decision.rule.has_value());
  CHECK(decision.nearest == RuleIndex{0});
  CHECK(decision.nearest_failed == Field::kCn);
}

TEST_CASE("under observe a deny entry is kept in the record") {
  const auto policy =
      MakePolicy({In(Mode::kObserve, On(kPath, {Where({Any()})}, {Where({Cn("b")})}))});
  const Decision decision = DecideFor(*policy, "b");
  CHECK(decision.effect == Effect::kAllow);
  CHECK(decision.reason == Reason::kWouldDeny);
  CHECK(decision.observed == Reason::kDeniedByRule);
  CHECK(decision.rule == RuleIndex{1});
}

TEST_CASE("an observed call that the policy allows is simply allowed") {
  const Decision decision =
      DecideFor(*MakePolicy({In(Mode::kObserve, On(kPath, {Where({Cn("a")})}))}), "a");
  CHECK(decision.reason == Reason::kAllowed);
  CHECK(decision.mode == Mode::kObserve);
}

TEST_CASE("a policy that observes lets methods through that it does not list") {
  const Decision decision = DecideFor(*Observing({}), "a");
  CHECK(decision.effect == Effect::kAllow);
  CHECK(decision.reason == Reason::kWouldDeny);
  CHECK(decision.observed == Reason::kMethodNotListed);
}

TEST_CASE("the most specific pattern that sets a mode decides it") {
  const std::vector<std::string> keys = {"*", "/a.*", "/a.b.*", "/a.b.S/*", kPath};
  for (std::size_t specific = 0; specific < keys.size(); ++specific) {
    std::vector<MethodRules> methods;
    for (std::size_t i = 0; i <= specific; ++i) {
      methods.push_back(In(i == specific ? Mode::kObserve : Mode::kEnforce, On(keys[i], {})));
    }
    INFO(keys[specific]);
    CHECK(DecideFor(*MakePolicy(methods), "a").reason == Reason::kWouldDeny);
    for (MethodRules& rules : methods) {
      rules.mode = rules.mode == Mode::kObserve ? Mode::kEnforce : Mode::kObserve;
    }
    CHECK(DecideFor(*Observing(methods), "a").reason == Reason::kNoMatchingRule);
  }
}

TEST_CASE("a pattern without a mode leaves it to the next one") {
  CHECK(DecideFor(*MakePolicy({On(kPath, {}), In(Mode::kObserve, On("/a.*", {}))}), "a").reason ==
        Reason::kWouldDeny);
  CHECK(DecideFor(*Observing({On(kPath, {}), On("/a.*", {})}), "a").reason == Reason::kWouldDeny);
}

TEST_CASE("observe does not let a certificate through that is not valid now") {
  const auto policy = Observing({On("*", {Where({Any()})})});
  const PeerIdentity caller = Caller("a");
  const absl::Time first = caller.certificate.not_before;
  const absl::Time last = caller.certificate.not_after;
  const absl::Duration tick = absl::Nanoseconds(1);
  CHECK(policy->Decide(caller, kPath, first).reason == Reason::kAllowed);
  CHECK(policy->Decide(caller, kPath, last).reason == Reason::kAllowed);
  const Decision early = policy->Decide(caller, kPath, first - tick);
  CHECK(early.effect == Effect::kDeny);
  CHECK(early.reason == Reason::kCertificateNotYetValid);
  const Decision late = policy->Decide(caller, kPath, last + tick);
  CHECK(late.effect == Effect::kDeny);
  CHECK(late.reason == Reason::kCertificateExpired);
}

TEST_CASE("observe does not let a malformed path through") {
  const Decision decision = Observing({})->Decide(Caller("a"), "a.b.S/M", kNow);
  CHECK(decision.effect == Effect::kDeny);
  CHECK(decision.reason == Reason::kMalformedMethod);
}

TEST_CASE("an identity that was never filled in is not valid at any time") {
  const auto policy = MakePolicy({On("*", {Where({Any()})})});
  CHECK(policy->Decide(PeerIdentity(), kPath, kNow).effect == Effect::kDeny);
  CHECK(policy->Decide(PeerIdentity(), kPath, absl::InfinitePast()).effect == Effect::kDeny);
}

TEST_CASE("the validity of the certificate is checked before the path") {
  const auto policy = MakePolicy({});
  CHECK(policy->Decide(PeerIdentity(), "nonsense", kNow).reason == Reason::kCertificateNotYetValid);
}

TEST_CASE("reasons modes effects and fields have the names of the audit record") {
  CHECK(ToString(Reason::kNoMatchingRule) == "no_matching_rule");
  CHECK(ToString(Reason::kCertificateNotYetValid) == "certificate_not_yet_valid");
  CHECK(ToString(Reason::kAuditUnavailable) == "audit_unavailable");
  CHECK(ToString(Reason::kInternalError) == "internal_error");
  CHECK(ToString(Reason::kWouldDeny) == "would_deny");
  CHECK(ToString(Mode::kObserve) == "observe");
  CHECK(ToString(Mode::kEnforce) == "enforce");
  CHECK(ToString(Effect::kAllow) == "allow");
  CHECK(ToString(Effect::kDeny) == "deny");
  CHECK(ToString(Field::kNone).empty());
  CHECK(ToString(Field::kOu) == "ou");
  CHECK(ToString(Field::kSha256) == "sha256");
}

}  // namespace
}  // namespace certgate::testing
