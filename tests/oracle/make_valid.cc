#include "tests/oracle/make_valid.h"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/vocabulary.h"

namespace certgate::oracle {
namespace {

class Repair {
 public:
  explicit Repair(const Model& model) {
    for (const Authority& authority : model.authorities) authorities_.push_back(authority.name);
  }

  void AddSet(const std::string& name) { sets_.push_back(name); }

  void Mend(std::vector<Entry>& entries) {
    for (Entry& entry : entries) Mend(entry);
  }

  // Drops fields that there are already, and those that have nothing to refer to.
  void Mend(Entry& entry) {
    std::vector<Condition> kept;
    std::set<std::string> fields;
    for (Condition& condition : entry.conditions) {
      if (condition.field == "client" && !Resolve(condition, sets_)) continue;
      if (condition.field == "issuer" && !Resolve(condition, authorities_)) continue;
      if (fields.insert(condition.field).second) kept.push_back(std::move(condition));
    }
    if (kept.empty()) kept.push_back({"cn", {{"a", Form::kPlain}}});
    entry.conditions = std::move(kept);
    if (!entry.id.empty()) entry.id += " " + std::to_string(++ids_);
  }

 private:
  static bool Resolve(Condition& condition, const Words& names) {
    if (names.empty()) return false;
    for (Value& value : condition.values) value.text = names[std::stoul(value.text) % names.size()];
    return true;
  }

  Words authorities_;
  Words sets_;
  int ids_ = 0;
};

void DropKeysThatOccurTwice(std::vector<Method>& methods) {
  std::set<std::string> keys;
  std::erase_if(methods, [&](const Method& method) { return !keys.insert(method.key).second; });
}

void NameAuthorities(std::vector<Authority>& authorities) {
  static const Words kFiles = {"cas/corp-ca.crt", "cas/partner-ca.crt"};
  for (std::size_t i = 0; i < authorities.size(); ++i) {
    authorities[i] = {AuthorityNames()[i], kFiles[i]};
  }
}

}  // namespace

Model MakeValid(Model model) {
  NameAuthorities(model.authorities);
  Repair repair(model);
  // A set names earlier ones only, so that none leads to itself. The file has them in any order.
  for (std::size_t i = 0; i < model.clients.size(); ++i) {
    repair.Mend(model.clients[i].entries);
    model.clients[i].name = SetNames()[i];
    repair.AddSet(SetNames()[i]);
  }
  DropKeysThatOccurTwice(model.methods);
  if (model.methods.empty()) model.methods.push_back({Keys().front(), "", {}, {}});
  for (Method& method : model.methods) {
    if (method.allow.empty() && method.deny.empty()) method.allow.emplace_back();
    repair.Mend(method.allow);
    repair.Mend(method.deny);
  }
  repair.Mend(model.revoked);
  return model;
}

Entry MakeValid(Entry entry, const Model& model) {
  Repair repair(model);
  for (const ClientSet& set : model.clients) repair.AddSet(set.name);
  repair.Mend(entry);
  if (!entry.id.empty()) entry.id += " added";
  return entry;
}

}  // namespace certgate::oracle
