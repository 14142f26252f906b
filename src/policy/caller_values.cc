#include "src/policy/caller_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace certgate {
namespace {

class CallerValues {
 public:
  CallerValues(const ValueTable& values, const PatternIndex& patterns, DecisionWork& work)
      : values_(values), patterns_(patterns), work_(work) {}

  void Add(Field field, std::string_view text) {
    const std::optional<ValueId> exact = values_.FindExact(field, text);
    if (exact.has_value()) held_.Insert(*exact);
    patterns_.Match(field, text, held_, work_);
  }

  // DNS names are compared without regard to ASCII case (RFC 5280, section 7.2); the policy's are
  // in lower case. Almost every certificate's are too, and need no copy.
  void AddDns(std::string_view name) {
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (std::none_of(name.begin(), name.end(), is_upper)) return Add(Field::kDns, name);
    std::string lower(name);
    for (char& c : lower) {
      if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    }
    Add(Field::kDns, lower);
  }

  HeldValues Take() { return std::move(held_); }

 private:
  const ValueTable& values_;
  const PatternIndex& patterns_;
  DecisionWork& work_;
  HeldValues held_;
};

}  // namespace

HeldValues FindCallerValues(const PeerIdentity& caller, const ValueTable& values,
                            const PatternIndex& patterns, absl::Time now, DecisionWork& work) {
  CallerValues found(values, patterns, work);
  if (caller.common_name.has_value()) found.Add(Field::kCn, *caller.common_name);
  for (const std::string& unit : caller.organizational_units) found.Add(Field::kOu, unit);
  for (const std::string& organization : caller.organizations) found.Add(Field::kO, organization);
  for (const std::string& name : caller.dns_names) found.AddDns(name);
  for (const std::string& uri : caller.uris) found.Add(Field::kUri, uri);
  for (const std::string& email : caller.emails) found.Add(Field::kEmail, email);
  for (const VouchingAuthority& authority : caller.authorities) {
    if (IsVouching(authority, now)) found.Add(Field::kIssuer, authority.name);
  }
  found.Add(Field::kSerial, caller.certificate.serial_number);
  found.Add(Field::kSha256, caller.certificate.sha256);
  HeldValues held = found.Take();
  held.Insert(kAnyValue);
  return held;
}

}  // namespace certgate
