#include "src/analysis/import_authz_principal.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "src/analysis/import_authz_matcher.h"
#include "src/analysis/import_subject.h"
#include "src/analysis/imported_policy.h"
#include "src/policy/load_value.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Kind = AuthzMatcher::Kind;

bool Has(std::string_view text, char c) { return text.find(c) != text.npos; }

std::optional<SelectorValue> Found(std::variant<SelectorValue, Problem> value) {
  if (auto* found = std::get_if<SelectorValue>(&value)) return std::move(*found);
  return std::nullopt;
}

std::string RegexFor(const AuthzMatcher& matcher) {
  const std::string literal = RegexLiteral(matcher.text);
  switch (matcher.kind) {
    case Kind::kPrefix:
      return literal + ".*";
    case Kind::kSuffix:
      return ".*" + literal;
    case Kind::kPresence:
      return ".+";
    default:
      return literal;
  }
}

// `spiffe://acme.example/ns/` and all below, in the words of a policy; nothing if it has none.
std::vector<SelectorValue> UriTree(const std::string& prefix) {
  if (!prefix.ends_with('/') || Has(prefix, '*')) return {};
  auto below = Found(ParseSelectorValue(Field::kUri, prefix + "**", ValueForm::kPlain));
  auto itself = Found(LiteralValue(Field::kUri, prefix));
  if (!below.has_value() || !itself.has_value()) return {};
  return {*std::move(below), *std::move(itself)};
}

// What matches the same texts as `matcher`; empty if nothing does.
std::vector<SelectorValue> ValuesFor(Field field, const AuthzMatcher& matcher) {
  if (matcher.kind == Kind::kExact) {
    if (auto value = Found(LiteralValue(field, matcher.text))) return {*std::move(value)};
  }
  if (matcher.kind == Kind::kPrefix && field == Field::kUri) {
    if (std::vector<SelectorValue> tree = UriTree(matcher.text); !tree.empty()) return tree;
  }
  if (auto value = Found(RegexValue(field, RegexFor(matcher)))) return {*std::move(value)};
  return {};
}

// The fields in which a name of this form makes sense. No DNS name holds `:` or `/`, and no URI is
// without `:`.
bool MakesSense(Field field, const AuthzMatcher& matcher) {
  const std::string& text = matcher.text;
  if (field == Field::kDns) {
    return std::all_of(text.begin(), text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view(".-_*").find(c) != std::string_view::npos;
    });
  }
  return matcher.kind != Kind::kExact || Has(text, ':');
}

// A43 tells upper and lower case apart, and certgate does not in DNS names: `*.ACME.example` would
// also match `app.acme.example`.
bool HasCapital(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Collects entries, the values of each field together.
class Collector {
 public:
  void Add(Field field, std::vector<SelectorValue> values) {
    if (values.empty()) return;
    std::vector<SelectorValue>& all = field == Field::kUri ? uris_ : dns_names_;
    for (SelectorValue& value : values) {
      if (std::find(all.begin(), all.end(), value) == all.end()) all.push_back(std::move(value));
    }
  }

  void AddOther(Entry entry) { others_.push_back(std::move(entry)); }

  std::vector<Entry> Finish() && {
    std::vector<Entry> entries;
    if (!uris_.empty()) entries.push_back(CallersWith(Field::kUri, std::move(uris_)));
    if (!dns_names_.empty()) entries.push_back(CallersWith(Field::kDns, std::move(dns_names_)));
    for (Entry& entry : others_) entries.push_back(std::move(entry));
    return entries;
  }

 private:
  std::vector<SelectorValue> uris_;
  std::vector<SelectorValue> dns_names_;
  std::vector<Entry> others_;
};

bool Contains(const std::vector<std::string>& principals, const char* value) {
  return std::find(principals.begin(), principals.end(), value) != principals.end();
}

constexpr char kWithoutCertificate[] =
    "callers without a certificate, whom certgate always refuses";

// `*` in an allow rule. `any` would also match a certificate without a subject and names.
void AddNamed(Collector& collector) {
  const SelectorValue star{"*", ValueKind::kPattern};
  for (const Field field : {Field::kCn, Field::kOu, Field::kO}) {
    collector.AddOther(CallersWith(field, {star}));
  }
  const AuthzMatcher presence{Kind::kPresence, ""};
  collector.Add(Field::kUri, ValuesFor(Field::kUri, presence));
  collector.Add(Field::kDns, ValuesFor(Field::kDns, presence));
}

bool MayMatchSubject(const AuthzMatcher& matcher) {
  switch (matcher.kind) {
    case Kind::kExact:
      return CanBeSubject(matcher.text);
    case Kind::kPrefix:
      return CanBeginSubject(matcher.text);
    default:
      return true;
  }
}

void Allow(const std::string& principal, Collector& collector, AuthzCallers& callers) {
  const AuthzMatcher matcher = ParseAuthzMatcher(principal);
  const std::string name = "principal " + Quote(principal);
  if (principal.empty()) {
    callers.differences.push_back(name + ": " + kWithoutCertificate);
    return;
  }
  if (matcher.kind == Kind::kUnclear) {
    callers.differences.push_back(
        name + ": gRPC C++ takes it for the end of a name and gRPC Go for the beginning");
    return;
  }
  if (matcher.kind == Kind::kPresence) {
    AddNamed(collector);
    callers.remarks.push_back(
        "principal `*` becomes each certificate that has a common name, a unit, an organization, a "
        "URI or a DNS name; write `any: true` if each certificate of your authority is meant");
    return;
  }
  bool is_used = false;
  for (const Field field : {Field::kUri, Field::kDns}) {
    if (!MakesSense(field, matcher)) continue;
    if (field == Field::kDns && HasCapital(matcher.text)) {
      callers.differences.push_back(
          name + ": callers with such a DNS name, in which certgate does not tell capitals apart");
      is_used = true;
      continue;
    }
    std::vector<SelectorValue> values = ValuesFor(field, matcher);
    is_used = is_used || !values.empty();
    collector.Add(field, std::move(values));
  }
  if (MayMatchSubject(matcher)) {
    callers.differences.push_back(name +
                                  ": callers whose subject as a whole has this form; a policy "
                                  "selects by `cn`, `ou` and `o`");
  } else if (!is_used) {
    callers.differences.push_back(name + ": no certificate that certgate accepts has such a name");
  }
}

void DenyAnyone(Collector& collector) { collector.AddOther(AnyCaller()); }

// The whole subject can be selected by parts of it only.
void DenySubject(const AuthzMatcher& matcher, const std::string& name, Collector& collector,
                 AuthzCallers& callers) {
  std::optional<Entry> entry = matcher.kind == Kind::kExact
                                   ? EntryForSubject(matcher.text)
                                   : EntryForSubjectBeginning(matcher.text);
  if (entry.has_value()) {
    callers.differences.push_back(name +
                                  ": a subject of this form is denied whatever else it holds");
    collector.AddOther(*std::move(entry));
    return;
  }
  callers.differences.push_back(
      name + ": it may be the subject as a whole, which no entry can tell: everybody is denied");
  DenyAnyone(collector);
}

void Deny(const std::string& principal, Collector& collector, AuthzCallers& callers) {
  const AuthzMatcher matcher = ParseAuthzMatcher(principal);
  const std::string name = "principal " + Quote(principal);
  if (matcher.kind == Kind::kPresence) {
    callers.remarks.push_back("principal `*` becomes every caller");
    return DenyAnyone(collector);
  }
  if (principal.empty()) {
    callers.differences.push_back(
        name +
        ": besides callers without a certificate, whom certgate always refuses, it names "
        "certificates with an empty subject, which no entry can tell: everybody is denied");
    return DenyAnyone(collector);
  }
  const std::vector<SelectorValue> uris = ValuesFor(Field::kUri, matcher);
  const std::vector<SelectorValue> dns_names = ValuesFor(Field::kDns, matcher);
  if (matcher.kind == Kind::kUnclear || uris.empty() || dns_names.empty()) {
    callers.differences.push_back(name + ": no entry can tell such names: everybody is denied");
    return DenyAnyone(collector);
  }
  if (matcher.kind == Kind::kSuffix) {
    callers.differences.push_back(
        name +
        ": the subject as a whole may end with it, which no entry can tell: everybody is "
        "denied");
    return DenyAnyone(collector);
  }
  collector.Add(Field::kUri, uris);
  collector.Add(Field::kDns, dns_names);
  if (MayMatchSubject(matcher)) DenySubject(matcher, name, collector, callers);
}

bool IsAny(const Entry& entry) { return entry.selectors.front().field == Field::kAny; }

}  // namespace

AuthzCallers AllowedCallers(const std::vector<std::string>& principals) {
  AuthzCallers callers;
  if (principals.empty() || (Contains(principals, "*") && Contains(principals, ""))) {
    // All with a certificate, its names empty or not.
    callers.entries.push_back(AnyCaller());
    callers.differences.push_back(kWithoutCertificate);
    return callers;
  }
  Collector collector;
  for (const std::string& principal : principals) Allow(principal, collector, callers);
  callers.entries = std::move(collector).Finish();
  return callers;
}

AuthzCallers DeniedCallers(const std::vector<std::string>& principals) {
  AuthzCallers callers;
  if (principals.empty() || (Contains(principals, "*") && Contains(principals, ""))) {
    callers.entries.push_back(AnyCaller());
    return callers;
  }
  Collector collector;
  for (const std::string& principal : principals) Deny(principal, collector, callers);
  callers.entries = std::move(collector).Finish();
  const auto any = std::find_if(callers.entries.begin(), callers.entries.end(), IsAny);
  if (any != callers.entries.end()) callers.entries = {*any};
  return callers;
}

}  // namespace certgate
