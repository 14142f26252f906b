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

bool LacksIssuer(const Entry& entry) {
  bool names = false;
  for (const Selector& selector : entry.selectors) {
    if (selector.field == Field::kIssuer) return false;
    names = names || IsOfIssuer(selector.field);
  }
  return names;
}

std::optional<std::size_t> FirstLineWithoutIssuer(const PolicyDocument& document) {
  std::optional<std::size_t> first;
  const auto look = [&first](const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      const bool is_earlier = !first.has_value() || entry.location.line < *first;
      if (is_earlier && LacksIssuer(entry)) first = entry.location.line;
    }
  };
  for (const ClientSet& client : document.clients) look(client.entries);
  for (const MethodRules& rules : document.methods) {
    look(rules.allow);
    look(rules.deny);
  }
  return first;
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
  line_without_issuer_ = FirstLineWithoutIssuer(document);
  for (AuthorityRules& rules : document.authorities) {
    authorities_.push_back(std::move(rules.authority));
  }
  AddEntries(document);
  patterns_.emplace(texts_, values_.Patterns());
  FileEntries();
}

void Policy::Compiled::AddEntries(PolicyDocument& document) {
  const ClientNumbers clients = NumberClients(document.clients);
  const auto add = [&](std::vector<Entry>& entries) {
    entries_.AddGroup(entries, values_, clients);
    entries = std::vector<Entry>();  // gives the memory back, as clear() would not
  };
  for (MethodRules& rules : document.methods) {
    add(rules.allow);
    add(rules.deny);
  }
  add(document.revoked);
  for (ClientSet& client : document.clients) add(client.entries);
  entries_.ShrinkToFit();
  texts_.ShrinkToFit();
}

void Policy::Compiled::FileEntries() {
  for (GroupNumber group = 0; group <= RevokedGroup(); ++group) {
    index_.AddSection(group, entries_, entries_.GroupBegin(group), entries_.GroupEnd(group));
  }
  index_.AddSection(FirstClientGroup(), entries_, RuleCount(),
                    static_cast<EntryNumber>(entries_.size()));
  index_.Finish();
}

EntryNumber Policy::Compiled::RuleCount() const { return entries_.GroupEnd(RevokedGroup()); }

std::string Policy::Compiled::PlaceOf(RuleIndex rule) const {
  const GroupNumber group = entries_.GroupOf(rule);
  std::string place = "revoked[";
  if (group != RevokedGroup()) {
    place = methods_.key(group / 2);
    place += group == AllowGroup(group / 2) ? " allow[" : " deny[";
  }
  return place + std::to_string(rule - entries_.GroupBegin(group) + 1) + "]";
}

RuleDescription Policy::Compiled::Describe(RuleIndex rule) const {
  if (rule >= RuleCount()) return {"unknown", {}, {}, 0};
  const EntryTable::Details& details = entries_.DetailsOf(rule);
  RuleDescription description;
  description.owner = texts_.At(details.owner);
  description.reason = texts_.At(details.reason);
  description.line = entries_.LineOf(rule);
  description.name = texts_.At(details.id);
  if (description.name.empty()) description.name = PlaceOf(rule);
  return description;
}

}  // namespace certgate
