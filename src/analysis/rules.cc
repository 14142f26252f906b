#include "src/analysis/rules.h"

#include <string_view>

namespace certgate {

std::string_view ToString(Rule::List list) noexcept {
  switch (list) {
    case Rule::List::kAllow:
      return "allow";
    case Rule::List::kDeny:
      return "deny";
    case Rule::List::kRevoked:
      return "revoked";
  }
  return "";
}

std::string Rule::name() const { return entry->id.empty() ? place() : entry->id; }

std::string Rule::place() const {
  std::string place = method == nullptr ? "" : method->key + " ";
  place += ToString(list);
  return place + "[" + std::to_string(position) + "]";
}

std::vector<Rule> RulesOf(const PolicyDocument& document) {
  std::vector<Rule> rules;
  const auto add = [&rules](Rule::List list, const MethodRules* method,
                            const std::vector<Entry>& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      rules.push_back({list, method, &entries[i], i + 1});
    }
  };
  for (const MethodRules& method : document.methods) {
    add(Rule::List::kAllow, &method, method.allow);
    add(Rule::List::kDeny, &method, method.deny);
  }
  add(Rule::List::kRevoked, nullptr, document.revoked);
  return rules;
}

}  // namespace certgate
