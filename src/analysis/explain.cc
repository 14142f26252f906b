#include "src/analysis/explain.h"

#include <algorithm>
#include <cstddef>

#include "src/analysis/nearest_miss.h"
#include "src/policy/compiled.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

ConsideredRule Consider(const EntryInspection& inspection, const Rule& rule) {
  ConsideredRule considered;
  considered.index = inspection.entry;
  considered.rule = rule;
  considered.has_expired = inspection.has_expired;
  considered.matches = inspection.matches();
  for (const Selector& selector : rule.entry->selectors) {
    const bool failed = std::find(inspection.failed.begin(), inspection.failed.end(),
                                  selector.field) != inspection.failed.end();
    considered.selectors.push_back({&selector, !failed});
  }
  return considered;
}

std::vector<ConsideredMember> ConsiderMembers(const PolicyDocument& document,
                                              const std::vector<EntryInspection>& inspections) {
  std::vector<ConsideredMember> members;
  auto inspection = inspections.begin();
  for (const ClientSet& client : document.clients) {
    for (const Entry& entry : client.entries) {
      members.push_back({&client, &entry, inspection->failed, inspection->has_expired});
      ++inspection;
    }
  }
  return members;
}

}  // namespace

std::string DescribeReason(Reason reason) {
  switch (reason) {
    case Reason::kAllowed:
      return "an allow entry matches and no deny entry does";
    case Reason::kWouldDeny:
      return "the policy would deny the call, and only observes";
    case Reason::kNoMatchingRule:
      return "no entry for this method matches the caller";
    case Reason::kMethodNotListed:
      return "the policy does not list this method";
    case Reason::kDeniedByRule:
      return "a deny entry matches";
    case Reason::kMalformedMethod:
      return "the path is not of the form /package.Service/Method";
    case Reason::kNoCertificate:
      return "there is no verified client certificate";
    case Reason::kIdentityRejected:
      return "the certificate is not accepted as an identity";
    case Reason::kCertificateExpired:
      return "the certificate has expired";
    case Reason::kCertificateNotYetValid:
      return "the certificate is not yet valid";
    case Reason::kCertificateRevoked:
      return "the policy revokes the certificate";
    case Reason::kRevocationUnknown:
      return "no revocation list says that the certificate is not revoked";
    case Reason::kIssuerUnproven:
      return "no authority of the policy vouches for the certificate";
    case Reason::kAuditUnavailable:
      return "the decision could not be recorded";
    case Reason::kInternalError:
      break;
  }
  return "internal error";
}

std::vector<std::string> ValuesOf(const PeerIdentity& caller, Field field, absl::Time now) {
  std::vector<std::string> values;
  switch (field) {
    case Field::kCn:
      if (caller.common_name) values.push_back(*caller.common_name);
      break;
    case Field::kOu:
      return caller.organizational_units;
    case Field::kO:
      return caller.organizations;
    case Field::kDns:
      return caller.dns_names;
    case Field::kUri:
      return caller.uris;
    case Field::kEmail:
      return caller.emails;
    case Field::kIssuer:
      for (const VouchingAuthority& authority : caller.authorities) {
        if (IsVouching(authority, now)) values.push_back(authority.name);
      }
      break;
    case Field::kSerial:
      values.push_back(caller.certificate.serial_number);
      break;
    case Field::kSha256:
      values.push_back(caller.certificate.sha256);
      break;
    case Field::kNone:
    case Field::kClient:
    case Field::kAny:
      break;
  }
  std::erase(values, "");
  return values;
}

std::string DescribeCaller(const PeerIdentity& caller, absl::Time now) {
  std::string text;
  for (const Field field : {Field::kCn, Field::kOu, Field::kO, Field::kDns, Field::kUri,
                            Field::kEmail, Field::kIssuer}) {
    for (const std::string& value : ValuesOf(caller, field, now)) {
      if (!text.empty()) text += ", ";
      text += ToString(field);
      text += " " + Quote(value);
    }
  }
  if (text.empty()) text = "serial " + Quote(caller.certificate.serial_number);
  return text;
}

Explanation Explain(const PolicySource& source, const PeerIdentity& caller, std::string_view path,
                    absl::Time now) {
  const std::vector<Rule> rules = RulesOf(source.document);
  const PolicyInspection inspection = source.policy->compiled().Inspect(caller, path, now);
  const auto method = [&](MethodNumber number) { return &source.document.methods[number]; };

  Explanation explanation;
  explanation.decision = source.policy->Decide(caller, path, now);
  const Decision& decision = explanation.decision;
  if (decision.rule.has_value()) explanation.deciding = rules[*decision.rule];
  for (const MethodNumber number : inspection.methods) explanation.keys.push_back(method(number));
  if (inspection.mode_method.has_value()) explanation.mode_key = method(*inspection.mode_method);
  for (const EntryInspection& entry : inspection.rules) {
    const Rule& rule = rules[entry.entry];
    if (rule.list == Rule::List::kRevoked && !entry.matches()) continue;
    explanation.considered.push_back(Consider(entry, rule));
  }
  explanation.members = ConsiderMembers(source.document, inspection.members);
  const bool would_deny = decision.reason == Reason::kWouldDeny;
  explanation.because = DescribeReason(would_deny ? decision.observed : decision.reason);
  if (!decision.nearest.has_value()) return explanation;
  if (const ConsideredRule* const nearest = FindNearest(explanation); nearest != nullptr) {
    explanation.nearest = nearest->rule;
    explanation.nearest_miss = DescribeMiss(explanation, *nearest, caller, now);
  }
  return explanation;
}

}  // namespace certgate
