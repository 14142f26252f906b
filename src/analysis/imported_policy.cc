#include "src/analysis/imported_policy.h"

#include <absl/strings/str_cat.h>
#include <certgate/version.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "src/analysis/policy_writer.h"
#include "src/policy/load_method_key.h"
#include "src/policy/load_value.h"
#include "src/policy/policy_source.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kLongestOriginal = 2000;

MethodRules& RulesUnder(PolicyDocument& document, const std::string& key) {
  for (MethodRules& rules : document.methods) {
    if (rules.key == key) return rules;
  }
  MethodRules rules;
  rules.key = key;
  const auto scope = ParseMethodKey(key);
  if (const auto* found = std::get_if<MethodScope>(&scope)) rules.scope = *found;
  return document.methods.emplace_back(std::move(rules));
}

void AddComments(const ImportedPolicy& imported, ImportNote::Kind kind, const char* title,
                 std::vector<std::string>& comments) {
  bool is_first = true;
  for (const ImportNote& note : imported.notes) {
    if (note.kind != kind) continue;
    if (std::exchange(is_first, false)) {
      comments.emplace_back();
      comments.emplace_back(title);
    }
    comments.push_back("- " + note.place + ": " + note.message);
    if (note.original.empty()) continue;
    const bool is_long = note.original.size() > kLongestOriginal;
    comments.push_back("    " + note.original.substr(0, kLongestOriginal) + (is_long ? "..." : ""));
  }
}

std::vector<std::string> CommentsOn(const ImportedPolicy& imported) {
  std::vector<std::string> comments = {"Imported from " + imported.origin +
                                       " by certgate " CERTGATE_VERSION "."};
  AddComments(imported, ImportNote::Kind::kLeftOut,
              "Left out: callers whom the original lets in, and this policy does not.", comments);
  AddComments(imported, ImportNote::Kind::kWidened,
              "Widened: callers whom this policy denies, and the original does not.", comments);
  AddComments(imported, ImportNote::Kind::kRemark, "Remarks:", comments);
  return comments;
}

}  // namespace

std::string_view ToString(ImportNote::Kind kind) noexcept {
  switch (kind) {
    case ImportNote::Kind::kLeftOut:
      return "left out";
    case ImportNote::Kind::kWidened:
      return "widened";
    case ImportNote::Kind::kRemark:
      break;
  }
  return "remark";
}

bool ImportedPolicy::is_complete() const {
  return std::all_of(notes.begin(), notes.end(),
                     [](const ImportNote& note) { return note.kind == ImportNote::Kind::kRemark; });
}

std::variant<std::string, Problem> WriteImport(const ImportedPolicy& imported) {
  std::string text = WritePolicy(imported.document, CommentsOn(imported));
  const PolicySource reread = ParsePolicySource(text, "the imported policy");
  if (reread.policy == nullptr) {
    const std::string why =
        reread.diagnostics.empty() ? "it cannot be read" : reread.diagnostics.front().message;
    return Problem{"the imported policy is not valid: " + why,
                   "this is a mistake of certgate: please report it"};
  }
  if (!IsSamePolicy(imported.document, reread.document)) {
    return Problem{"the imported policy does not read as it was meant",
                   "this is a mistake of certgate: please report it"};
  }
  return text;
}

void AddEntry(PolicyDocument& document, const std::string& key, ImportList list, Entry entry) {
  MethodRules& rules = RulesUnder(document, key);
  (list == ImportList::kAllow ? rules.allow : rules.deny).push_back(std::move(entry));
}

void DenyEverything(PolicyDocument& document) {
  AddEntry(document, "*", ImportList::kDeny, AnyCaller());
}

Entry AnyCaller() { return CallersWith(Field::kAny, {}); }

Entry CallersWith(Field field, std::vector<SelectorValue> values) {
  Entry entry;
  entry.selectors.push_back({field, std::move(values)});
  return entry;
}

std::variant<SelectorValue, Problem> LiteralValue(Field field, const std::string& text) {
  const std::string name = Quote(ToString(field));
  if (text.empty()) return Problem{name + " is empty", ""};
  if (HasControl(text)) return Problem{name + " holds a control character or is not UTF-8", ""};
  return ParseSelectorValue(field, text, ValueForm::kExact);
}

std::variant<SelectorValue, Problem> RegexValue(Field field, const std::string& expression) {
  if (HasControl(expression)) {
    return Problem{Quote(ToString(field)) + " holds a control character or is not UTF-8", ""};
  }
  return ParseSelectorValue(field, expression, ValueForm::kRegex);
}

std::string RegexLiteral(std::string_view text) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace certgate
