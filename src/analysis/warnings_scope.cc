// What has no effect because nothing refers to it, and what has effect no longer than a trial.

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "src/analysis/warning_context.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

/// Follows references to client sets. Chains of them can be as long as the file.
class ClientReferences {
 public:
  explicit ClientReferences(const PolicyDocument& document) {
    for (const ClientSet& client : document.clients) clients_.emplace(client.name, &client);
  }

  void Follow(const std::vector<Entry>& entries) {
    Add(entries);
    while (!waiting_.empty()) {
      const ClientSet* const client = waiting_.back();
      waiting_.pop_back();
      Add(client->entries);
    }
  }

  bool Reached(const ClientSet& client) const { return reached_.contains(&client); }

 private:
  void Add(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      for (const Selector& selector : entry.selectors) {
        if (selector.field != Field::kClient) continue;
        for (const SelectorValue& name : selector.values) Reach(name.text);
      }
    }
  }

  void Reach(std::string_view name) {
    const auto client = clients_.find(name);
    if (client == clients_.end() || !reached_.insert(client->second).second) return;
    waiting_.push_back(client->second);
  }

  std::unordered_map<std::string_view, const ClientSet*> clients_;
  std::unordered_set<const ClientSet*> reached_;
  std::vector<const ClientSet*> waiting_;
};

constexpr char kObserveHint[] =
    "change it to `enforce` when the audit records hold no `would_deny` that should go through";

}  // namespace

void WarnOfUnusedClients(WarningContext& context) {
  ClientReferences from_methods(context.document);
  for (const MethodRules& rules : context.document.methods) {
    from_methods.Follow(rules.allow);
    from_methods.Follow(rules.deny);
  }
  for (const ClientSet& client : context.document.clients) {
    if (from_methods.Reached(client)) continue;
    context.log.Warn(FindingRule::kUnusedClient, client.location,
                     {"no method uses client " + Quote(client.name),
                      "remove it, or name it in an entry: `- client: NAME`"});
  }
}

void WarnOfObserving(WarningContext& context) {
  if (context.document.mode == Mode::kObserve) {
    context.log.Warn(
        FindingRule::kObserveMode, context.document.mode_location,
        {"`mode: observe` is on: calls that the policy denies go through", kObserveHint});
  }
  for (const MethodRules& rules : context.document.methods) {
    if (rules.mode != Mode::kObserve) continue;
    context.log.Warn(FindingRule::kObserveMode, rules.mode_location,
                     {"`mode: observe` is on for " + QuotePath(rules.key) +
                          ": calls that the policy denies go through",
                      kObserveHint});
  }
}

}  // namespace certgate
