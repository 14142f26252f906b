#include "src/analysis/import_subject.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "src/analysis/imported_policy.h"
#include "src/policy/load_value.h"

namespace certgate {
namespace {

bool IsDigitOrDot(char c) { return (c >= '0' && c <= '9') || c == '.'; }

// A short name or the dotted form of an object identifier, as they stand before a `=`.
bool IsAttributeType(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigitOrDot(c) || c == '-';
  });
}

// gRPC C++ writes subjects with OpenSSL's short names, gRPC Go and Java with a few of these and
// some in capitals; what has no name is written in digits.
bool BeginsAttributeType(std::string_view text) {
  constexpr std::array<std::string_view, 4> kCapitals = {"SERIALNUMBER", "POSTALCODE", "STREET",
                                                         "EMAILADDRESS"};
  if (std::all_of(text.begin(), text.end(), IsDigitOrDot)) return true;
  for (const std::string_view name : kCapitals) {
    if (name.starts_with(text)) return true;
  }
  bool is_known = false;
  ERR_set_mark();  // there are numbers without an object
  const int end = OBJ_new_nid(0);
  for (int nid = 1; nid < end && !is_known; ++nid) {
    const char* const name = OBJ_nid2sn(nid);
    is_known = name != nullptr && std::string_view(name).starts_with(text);
  }
  ERR_pop_to_mark();
  return is_known;
}

Field FieldOf(std::string_view type) {
  if (type == "CN") return Field::kCn;
  if (type == "OU") return Field::kOu;
  return type == "O" ? Field::kO : Field::kNone;
}

// Nothing is escaped in it, so that the certificate holds the very same text.
bool IsPlainValue(std::string_view value) {
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return false;
  return std::all_of(value.begin(), value.end(), [](char c) {
    return c >= ' ' && c <= '~' && std::string_view("\\\"#<>;+,").find(c) == std::string_view::npos;
  });
}

/// Goes through the attributes of a subject's text, from the left.
class SubjectParser {
 public:
  explicit SubjectParser(std::string_view text) : rest_(text) {}

  struct Attribute {
    std::string_view type;
    std::string_view value;
    /// Nothing stands behind it: of a beginning, the value may go on.
    bool is_last = false;
  };

  std::optional<Attribute> Next() {
    const std::size_t equals = rest_.find('=');
    if (equals == rest_.npos) return std::nullopt;
    Attribute attribute;
    attribute.type = rest_.substr(0, equals);
    rest_.remove_prefix(equals + 1);
    const std::size_t end = EndOfValue();
    attribute.value = rest_.substr(0, end);
    attribute.is_last = end == rest_.size();
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return attribute;
  }

 private:
  std::size_t EndOfValue() const {
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == ',' || rest_[i] == '+') {
        return i;
      }
    }
    return rest_.size();
  }

  std::string_view rest_;
};

std::optional<SelectorValue> ValueFor(Field field, std::string_view value, bool goes_on) {
  if (!IsPlainValue(value)) return std::nullopt;
  if (goes_on && value.find('*') != value.npos) return std::nullopt;
  auto parsed = goes_on ? ParseSelectorValue(field, std::string(value) + "*", ValueForm::kPlain)
                        : LiteralValue(field, std::string(value));
  if (auto* found = std::get_if<SelectorValue>(&parsed)) return std::move(*found);
  return std::nullopt;
}

std::optional<Entry> EntryFor(std::string_view text, bool goes_on) {
  Entry entry;
  SubjectParser parser(text);
  while (const auto attribute = parser.Next()) {
    const Field field = FieldOf(attribute->type);
    // Of several units one will do: the entry may match more.
    const bool is_new = std::none_of(entry.selectors.begin(), entry.selectors.end(),
                                     [field](const Selector& one) { return one.field == field; });
    if (field == Field::kNone || !is_new) continue;
    auto value = ValueFor(field, attribute->value, goes_on && attribute->is_last);
    if (value.has_value()) entry.selectors.push_back({field, {*std::move(value)}});
  }
  if (entry.selectors.empty()) return std::nullopt;
  return entry;
}

}  // namespace

bool CanBeSubject(std::string_view text) {
  const std::size_t equals = text.find('=');
  return equals != text.npos && IsAttributeType(text.substr(0, equals));
}

bool CanBeginSubject(std::string_view text) {
  if (text.find('=') != text.npos) return CanBeSubject(text);
  return IsAttributeType(text) && BeginsAttributeType(text);
}

std::optional<Entry> EntryForSubject(std::string_view text) { return EntryFor(text, false); }

std::optional<Entry> EntryForSubjectBeginning(std::string_view text) {
  return EntryFor(text, true);
}

}  // namespace certgate
