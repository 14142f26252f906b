#ifndef CERTGATE_TESTS_UNIT_POLICY_DOCUMENTS_H_
#define CERTGATE_TESTS_UNIT_POLICY_DOCUMENTS_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>
#include <certgate/policy.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/policy/compile.h"
#include "src/policy/compiled.h"
#include "src/policy/document.h"

// Policies and callers written down in a line each.
namespace certgate::testing {

/// The moment at which the tests decide.
inline const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

/// A selector; a value with a `*` is a pattern where the field has patterns.
inline Selector Has(Field field, const std::vector<std::string>& values) {
  Selector selector{field, {}};
  const bool literal = field == Field::kSerial || field == Field::kSha256 ||
                       field == Field::kClient || field == Field::kIssuer;
  for (const std::string& value : values) {
    const bool is_pattern = !literal && value.find('*') != std::string::npos;
    selector.values.push_back({value, is_pattern ? ValueKind::kPattern : ValueKind::kExact});
  }
  return selector;
}
inline Selector Cn(const std::string& value) { return Has(Field::kCn, {value}); }
inline Selector Ou(const std::string& value) { return Has(Field::kOu, {value}); }
inline Selector Client(const std::string& name) { return Has(Field::kClient, {name}); }
inline Selector Any() { return Selector{Field::kAny, {}}; }
inline Selector Exactly(Field field, const std::string& text) {
  return {field, {{text, ValueKind::kExact}}};
}

inline Entry Where(std::vector<Selector> selectors) {
  Entry entry;
  entry.selectors = std::move(selectors);
  return entry;
}
inline Entry Until(absl::Time expires, std::vector<Selector> selectors) {
  Entry entry = Where(std::move(selectors));
  entry.expires = expires;
  return entry;
}

inline MethodScope ScopeOf(const std::string& key) {
  if (key == "*") return MethodScope::kAll;
  if (key.ends_with("/*")) return MethodScope::kService;
  return key.ends_with(".*") ? MethodScope::kPackage : MethodScope::kMethod;
}

inline MethodRules On(const std::string& key, std::vector<Entry> allow,
                      std::vector<Entry> deny = {}) {
  MethodRules rules;
  rules.scope = ScopeOf(key);
  rules.key = key;
  rules.allow = std::move(allow);
  rules.deny = std::move(deny);
  return rules;
}
inline MethodRules In(Mode mode, MethodRules rules) {
  rules.mode = mode;
  return rules;
}

inline PolicyDocument Document(std::vector<MethodRules> methods,
                               std::vector<ClientSet> clients = {}) {
  PolicyDocument document;
  document.name = "test";
  document.version = "sha256:test";
  document.methods = std::move(methods);
  document.clients = std::move(clients);
  return document;
}
inline std::unique_ptr<const Policy> MakePolicy(std::vector<MethodRules> methods,
                                                std::vector<ClientSet> clients = {}) {
  return std::make_unique<const Policy>(
      CompilePolicy(Document(std::move(methods), std::move(clients))));
}
inline ClientSet Set(const std::string& name, std::vector<Entry> entries) {
  return {name, std::move(entries), {}};
}

/// A caller whose certificate is valid at `kNow`.
inline PeerIdentity Caller(const std::string& common_name, std::vector<std::string> units = {}) {
  PeerIdentity caller;
  caller.standing = ChainStanding::kProven;
  caller.common_name = common_name;
  caller.organizational_units = std::move(units);
  caller.certificate.serial_number = "0A";
  caller.certificate.sha256 = std::string(64, 'a');
  caller.certificate.not_before = kNow - absl::Hours(1);
  caller.certificate.not_after = kNow + absl::Hours(1);
  return caller;
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_POLICY_DOCUMENTS_H_
