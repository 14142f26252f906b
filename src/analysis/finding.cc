#include "src/analysis/finding.h"

#include <array>

#include "src/yaml/diagnostic_log.h"

namespace certgate {
namespace {

constexpr std::array<FindingRuleText, 16> kRules = {{
    {FindingRule::kPolicyError, "policy-error", "The policy is not valid",
     "A policy with an error is refused as a whole: a server does not start with it, and keeps its "
     "last good one on a reload. The message says what was expected."},
    {FindingRule::kMaybeCut, "maybe-cut", "The file may have been cut short",
     "A policy that lost its last lines is often still valid, and then allows or denies less than "
     "was meant. A last line `...`, the end mark of YAML, shows that the file is whole."},
    {FindingRule::kPointlessEntry, "pointless-entry", "Another entry makes this one pointless",
     "All callers of the entry are matched by another entry of the same kind that holds for at "
     "least the same methods, for at least as long. Remove the entry, or narrow the other one if "
     "it "
     "reaches further than was meant."},
    {FindingRule::kShadowedAllow, "shadowed-allow", "A deny always beats this allow",
     "Deny wins over allow, wherever the two stand. All callers that the entry allows are denied "
     "or revoked, so that it lets nobody in."},
    {FindingRule::kOpenToAnyone, "open-to-anyone", "Anyone may call a method that changes state",
     "`any: true`, `cn: \"*\"` and the like let in every caller whose certificate the server "
     "verifies. That is fit for methods that only read, such as health checks. A method counts as "
     "reading if its descriptor says `idempotency_level = NO_SIDE_EFFECTS`, if it is gRPC's own, "
     "or "
     "if its name says so, as `GetUser` does."},
    {FindingRule::kExpired, "expired", "The entry has expired",
     "From the time in `expires` on an entry matches nobody. Remove it, or give it a later time."},
    {FindingRule::kExpiresSoon, "expires-soon", "The entry expires within 30 days",
     "From the time in `expires` on an entry matches nobody. Renew it in time, or let it go."},
    {FindingRule::kNameWithoutIssuer, "name-without-issuer",
     "A name is trusted whichever authority gave it",
     "The policy names several authorities, and each of them can issue the same common name, unit, "
     "organization or serial number. Add `issuer` to say whose name is meant."},
    {FindingRule::kUnknownService, "unknown-service", "The service is not known",
     "The method key matches nothing that the known descriptors declare: it is probably "
     "misspelt, and then its entries have no effect. Give the descriptors of your services with "
     "--descriptor-set."},
    {FindingRule::kUnknownMethod, "unknown-method", "The service has no such method",
     "The descriptor of the service declares no method of this name, so that the entries of the "
     "key have no effect."},
    {FindingRule::kUncallableMethod, "uncallable-method", "Nobody may call a registered method",
     "No entry that is still valid allows anybody to call the method, or all of them are beaten "
     "by deny entries: every call is refused."},
    {FindingRule::kUnusedClient, "unused-client", "Nobody uses the client set",
     "No method refers to the client set, directly or through another one, so that it has no "
     "effect."},
    {FindingRule::kObserveMode, "observe-mode", "`mode: observe` lets denied calls through",
     "Under `mode: observe` every denied call goes on, and only its audit record says "
     "`would_deny`. "
     "It is meant for trying a policy on live traffic. Change it to `enforce` when no such record "
     "is left that should not be."},
    {FindingRule::kNotNfc, "not-nfc", "A text is not in Unicode normalization form C",
     "Values are compared byte by byte. A text that is not in NFC looks like one that is, but they "
     "do not match each other."},
    {FindingRule::kMixedScripts, "mixed-scripts", "A text mixes scripts",
     "Letters of other scripts can look the same: the Cyrillic `\xD0\xB0` in a Latin word matches "
     "no certificate that has the Latin `a`, and another one that nobody meant. See Unicode "
     "Technical Standard 39, restriction level `highly restrictive`."},
    {FindingRule::kInvisibleCharacter, "invisible-character",
     "A text holds a character that cannot be seen",
     "Values are compared byte by byte. A zero-width character, a no-break space or a space at the "
     "end makes another value of one that looks the same."},
}};

}  // namespace

std::span<const FindingRuleText> FindingRules() { return kRules; }

std::string_view ToString(FindingRule rule) { return kRules[static_cast<std::size_t>(rule)].name; }

FindingCounts Count(const std::vector<Finding>& findings) {
  FindingCounts counts;
  for (const Finding& finding : findings) {
    const std::size_t number = CountOfRest(finding.diagnostic).value_or(1);
    switch (finding.diagnostic.severity) {
      case Diagnostic::Severity::kError:
        counts.errors += number;
        break;
      case Diagnostic::Severity::kWarning:
        counts.warnings += number;
        break;
      case Diagnostic::Severity::kNote:
        counts.notes += number;
        break;
    }
  }
  return counts;
}

}  // namespace certgate
