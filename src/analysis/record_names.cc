#include "src/analysis/record_names.h"

#include <cstddef>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "src/analysis/rules.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

std::string Instead(const std::string& now, const std::string& before) {
  const auto shown = [](const std::string& text) { return text.empty() ? "none" : Quote(text); };
  return shown(now) + " instead of " + shown(before);
}

class Names {
 public:
  explicit Names(const PolicyDocument& document) {
    for (Rule& rule : RulesOf(document)) names_[rule.entry] = rule.name();
  }
  const std::string& Of(const Entry* entry) const { return names_.at(entry); }

 private:
  std::unordered_map<const Entry*, std::string> names_;
};

class Comparison {
 public:
  Comparison(const PolicyDocument& before, const PolicyDocument& after)
      : old_names_(Names(before)), new_names_(Names(after)) {
    if (before.name != after.name) {
      phrases_.push_back("policy " + Instead(after.name, before.name));
    }
  }

  void Compare(const AccessList& before, const AccessList& after) {
    std::unordered_map<std::size_t, const Entry*> entries;
    for (const auto& clause : before.clauses) entries.emplace(clause->id, clause->narrow.entry);
    for (const auto& clause : after.clauses) {
      const auto found = entries.find(clause->id);
      if (found != entries.end()) Compare(found->second, clause->narrow.entry);
    }
  }

  std::vector<std::string> Take() { return std::move(phrases_); }

 private:
  void Compare(const Entry* before, const Entry* after) {
    if (!seen_.insert({before, after}).second) return;
    const std::string& name = new_names_.Of(after);
    if (before->id != after->id) phrases_.push_back("rule " + Instead(name, old_names_.Of(before)));
    if (before->owner != after->owner) Tell("owner", name, after->owner, before->owner);
    if (before->reason != after->reason) Tell("reason", name, after->reason, before->reason);
  }

  void Tell(std::string_view what, const std::string& rule, const std::string& now,
            const std::string& before) {
    std::string phrase(what);
    phrase += " " + Instead(now, before) + " for rule " + Quote(rule);
    phrases_.push_back(std::move(phrase));
  }

  const Names old_names_;
  const Names new_names_;
  std::set<std::pair<const Entry*, const Entry*>> seen_;
  std::vector<std::string> phrases_;
};

}  // namespace

std::vector<std::string> DiffRecordNames(const PolicyDocument& before, const Access& old_access,
                                         const PolicyDocument& after, const Access& new_access) {
  Comparison comparison(before, after);
  std::unordered_map<std::string_view, const KeyAccess*> old_keys;
  for (const KeyAccess& key : old_access.keys()) old_keys.emplace(key.rules->key, &key);
  for (const KeyAccess& key : new_access.keys()) {
    const auto found = old_keys.find(key.rules->key);
    if (found == old_keys.end()) continue;
    comparison.Compare(found->second->allow, key.allow);
    comparison.Compare(found->second->deny, key.deny);
  }
  comparison.Compare(old_access.revoked(), new_access.revoked());
  return comparison.Take();
}

}  // namespace certgate
