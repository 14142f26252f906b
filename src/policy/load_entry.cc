#include "src/policy/load_entry.h"

#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "src/policy/load_expires.h"
#include "src/policy/load_keys.h"
#include "src/policy/load_text.h"
#include "src/policy/load_value.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<Field, 11> kFields = {
    Field::kCn,     Field::kOu,     Field::kO,      Field::kDns,    Field::kUri, Field::kEmail,
    Field::kIssuer, Field::kSerial, Field::kSha256, Field::kClient, Field::kAny};

// Each takes some kilobytes, and those without a literal beginning are tried one by one.
constexpr std::size_t kMostRegexes = 10'000;

constexpr char kFieldsHint[] =
    "add one of `cn`, `ou`, `o`, `dns`, `uri`, `email`, `issuer`, `serial`, `sha256`, `client` or "
    "`any: true`";

Field FieldNamed(std::string_view name) {
  for (const Field field : kFields) {
    if (ToString(field) == name) return field;
  }
  return Field::kNone;
}

bool IsTextKey(std::string_view name) {
  return name == "id" || name == "owner" || name == "reason" || name == "expires";
}

}  // namespace

void EntryReader::BeginInClientSet(SourceLocation location, std::size_t client_set) {
  Begin(location);
  client_set_ = client_set;
}

void EntryReader::BeginRevoked(SourceLocation location) {
  Begin(location);
  is_revoked_ = true;
}

void EntryReader::Begin(SourceLocation location) {
  entry_ = Entry{};
  entry_.location = location;
  client_set_.reset();
  is_revoked_ = false;
  has_keys_ = false;
  has_identity_ = false;
}

Node EntryReader::OnKey(const YamlScalar& key) {
  key_.assign(key.text);
  field_ = FieldNamed(key.text);
  has_keys_ = true;
  if (is_revoked_) return OnRevokedKey(key);
  if (field_ != Field::kNone) has_identity_ = true;
  if (field_ == Field::kAny) return Node::kAny;
  if (field_ != Field::kNone) return Node::kField;
  if (IsTextKey(key.text)) return Node::kEntryText;
  log_.Error(key.location, UnknownEntryKey(key.text));
  OnRejectedKey();
  return Node::kSkip;
}

// A `revoked` entry names certificates, not callers.
Node EntryReader::OnRevokedKey(const YamlScalar& key) {
  const bool names_certificate = field_ == Field::kSerial || field_ == Field::kSha256;
  if (names_certificate) has_identity_ = true;
  if (names_certificate || field_ == Field::kIssuer) return Node::kField;
  if (IsTextKey(key.text) && key.text != "expires") return Node::kEntryText;
  log_.Error(key.location, UnknownRevokedKey(key.text));
  OnRejectedKey();
  return Node::kSkip;
}

void EntryReader::OnRejectedKey() {
  has_keys_ = true;
  has_identity_ = true;
}

Selector& EntryReader::CurrentSelector() {
  for (Selector& selector : entry_.selectors) {
    if (selector.field == field_) return selector;
  }
  return entry_.selectors.emplace_back(Selector{field_, {}});
}

void EntryReader::OnFieldValue(const YamlScalar& scalar, ValueForm form) {
  if (std::optional<Problem> problem = CheckText(key_, scalar)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  if (form == ValueForm::kRegex && ++regex_count_ > kMostRegexes) {
    if (regex_count_ > kMostRegexes + 1) return;
    return log_.Error(scalar.location,
                      "more than " + std::to_string(kMostRegexes) + " regexes in one policy",
                      "list the values, or write patterns with `*`, which are looked up faster");
  }
  auto parsed = ParseSelectorValue(field_, scalar.text, form);
  if (auto* problem = std::get_if<Problem>(&parsed)) {
    return log_.Error(scalar.location, std::move(*problem));
  }
  if (field_ == Field::kClient) {
    clients_.push_back({std::string(scalar.text), scalar.location, client_set_});
  }
  if (field_ == Field::kIssuer) authorities_.push_back({std::string(scalar.text), scalar.location});
  CurrentSelector().values.push_back(std::get<SelectorValue>(std::move(parsed)));
}

void EntryReader::OnAny(const YamlScalar& scalar) {
  if (scalar.text == "true" && !scalar.is_quoted) {
    CurrentSelector();
    return;
  }
  log_.Error(scalar.location, Mismatch(Node::kAny, "any", DescribeScalar(scalar)));
}

void EntryReader::OnText(const YamlScalar& scalar) {
  if (std::optional<Problem> problem = CheckText(key_, scalar)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  if (key_ == "id") return OnId(scalar);
  if (key_ == "expires") return OnExpires(scalar);
  (key_ == "owner" ? entry_.owner : entry_.reason).assign(scalar.text);
}

void EntryReader::OnId(const YamlScalar& scalar) {
  if (std::optional<Problem> problem = CheckId(scalar.text)) {
    return log_.Error(scalar.location, *std::move(problem));
  }
  entry_.id.assign(scalar.text);
  const auto [found, is_new] = ids_.try_emplace(entry_.id, scalar.location.line);
  if (is_new) return;
  log_.Error(scalar.location, "duplicate `id` " + Quote(scalar.text),
             "it is already in line " + std::to_string(found->second) + "; ids must be unique");
}

void EntryReader::OnExpires(const YamlScalar& scalar) {
  auto parsed = ParseExpires(scalar.text);
  if (auto* problem = std::get_if<Problem>(&parsed)) {
    return log_.Error(scalar.location, std::move(*problem));
  }
  entry_.expires = std::get<absl::Time>(parsed);
}

Entry EntryReader::End() {
  if (!has_keys_) {
    log_.Error(entry_.location, EmptyCollection(Node::kEntry, {}));
  } else if (!has_identity_ && is_revoked_) {
    log_.Error(entry_.location, "the entry names no certificate",
               "add `sha256`, or `serial` with `issuer`");
  } else if (!has_identity_) {
    log_.Error(entry_.location, "the entry selects nobody: it has no identity field", kFieldsHint);
  }
  return std::move(entry_);
}

}  // namespace certgate
