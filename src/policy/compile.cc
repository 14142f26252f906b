#include "src/policy/compile.h"

#include <stdexcept>
#include <utility>

#include "src/policy/compiled.h"

namespace certgate {
namespace {

// What each authority gives out as it likes, or counts on its own.
bool IsOfIssuer(Field field) {
  return field == Field::kCn || field == Field::kOu || field == Field::kO ||
         field == Field::kSerial;
}

bool AnyIsOfIssuer(const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    for (const Selector& selector : entry.selectors) {
      if (IsOfIssuer(selector.field)) return true;
    }
  }
  return false;
}

ClientNumbers NumberClients(const std::vector<ClientSet>& clients) {
  ClientNumbers numbers;
  numbers.reserve(clients.size());
  for (const ClientSet& client : clients) {
    const auto number = static_cast<std::uint32_t>(numbers.size());
    if (!numbers.emplace(client.name, number).second) {
      throw std::invalid_argument("a client name occurs twice");
    }
  }
  return numbers;
}

}  // namespace

std::unique_ptr<const Policy::Compiled> CompilePolicy(PolicyDocument document) {
  return std::make_unique<const Policy::Compiled>(std::move(document));
}

Policy::Compiled::Compiled(PolicyDocument document)
    : name_(std::move(document.name)),
      version_(std::move(document.version)),
      mode_(document.mode),
      methods_(document.methods) {
  AddEntries(document);
  patterns_.emplace(texts_, values_.Patterns());
  FileEntries();
}

void Policy::Compiled::AddEntries(PolicyDocument& document) {
  const ClientNumbers clients = NumberClients(document.clients);
  const auto add = [&](std::vector<Entry>& entries) {
    relies_on_issuer_ = relies_on_issuer_ || AnyIsOfIssuer(entries);
    entries_.AddGroup(entries, values_, clients);
    entries = std::vector<Entry>();  // gives the memory back, as clear() would not
  };
  for (MethodRules& rules : document.methods) {
    add(rules.allow);
    add(rules.deny);
  }
  for (ClientSet& client : document.clients) add(client.entries);
  has_clients_ = !document.clients.empty();
  entries_.ShrinkToFit();
  texts_.ShrinkToFit();
}

void Policy::Compiled::FileEntries() {
  for (GroupNumber group = 0; group < FirstClientGroup(); ++group) {
    index_.AddSection(group, entries_, entries_.GroupBegin(group), entries_.GroupEnd(group));
  }
  index_.AddSection(FirstClientGroup(), entries_, MethodEntryCount(),
                    static_cast<EntryNumber>(entries_.size()));
  index_.Finish();
}

EntryNumber Policy::Compiled::MethodEntryCount() const {
  return has_clients_ ? entries_.GroupBegin(FirstClientGroup())
                      : static_cast<EntryNumber>(entries_.size());
}

RuleDescription Policy::Compiled::Describe(RuleIndex rule) const {
  if (rule >= MethodEntryCount()) return {"unknown", {}, {}, 0};
  const EntryTable::Details& details = entries_.DetailsOf(rule);
  RuleDescription description;
  description.owner = texts_.At(details.owner);
  description.reason = texts_.At(details.reason);
  description.line = entries_.LineOf(rule);
  description.name = texts_.At(details.id);
  if (description.name.empty()) {
    const GroupNumber group = entries_.GroupOf(rule);
    description.name = std::string(methods_.key(group / 2)) +
                       (group == AllowGroup(group / 2) ? " allow[" : " deny[") +
                       std::to_string(rule - entries_.GroupBegin(group) + 1) + "]";
  }
  return description;
}

}  // namespace certgate
