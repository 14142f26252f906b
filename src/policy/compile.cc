#include "src/policy/compile.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "src/policy/compiled.h"
#include "src/policy/issuer_gaps.h"

namespace certgate {
namespace {

// The moments at which entries end, each once, in order.
std::vector<absl::Time> FindExpiries(const PolicyDocument& document) {
  std::vector<absl::Time> expiries;
  const auto look = [&expiries](const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      if (entry.expires != absl::InfiniteFuture()) expiries.push_back(entry.expires);
    }
  };
  for (const ClientSet& client : document.clients) look(client.entries);
  for (const MethodRules& rules : document.methods) {
    look(rules.allow);
    look(rules.deny);
  }
  look(document.revoked);
  std::sort(expiries.begin(), expiries.end());
  expiries.erase(std::unique(expiries.begin(), expiries.end()), expiries.end());
  return expiries;
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
  issuer_gaps_ = FindIssuerGaps(document);
  expiries_ = FindExpiries(document);
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

absl::Time Policy::Compiled::next_expiry(absl::Time after) const {
  const auto next = std::upper_bound(expiries_.begin(), expiries_.end(), after);
  return next == expiries_.end() ? absl::InfiniteFuture() : *next;
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
