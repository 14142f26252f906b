#include "src/policy/entry_table.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace certgate {
namespace {

// Below this, walking a list is cheaper than looking for each of the caller's values in it.
constexpr std::size_t kShortList = 8;

std::uint32_t Checked(std::size_t number) {
  if (number > std::numeric_limits<std::int32_t>::max()) {
    throw std::length_error("too many entries in a policy");
  }
  return static_cast<std::uint32_t>(number);
}

ValueId IdOf(Field field, const SelectorValue& value, ValueTable& values,
             const ClientNumbers& clients) {
  if (field != Field::kClient) return values.Intern(field, value.kind, value.text);
  const auto found = clients.find(value.text);
  if (found == clients.end()) throw std::invalid_argument("an entry names an unknown client");
  return MakeValueId(Field::kClient, ValueKind::kExact, found->second);
}

std::vector<ValueId> IdsOf(const Selector& selector, ValueTable& values,
                           const ClientNumbers& clients) {
  if (selector.field == Field::kAny) return {kAnyValue};
  if (selector.field == Field::kNone || selector.values.empty()) {
    throw std::invalid_argument("a selector has no field or no value");
  }
  std::vector<ValueId> ids;
  ids.reserve(selector.values.size());
  for (const SelectorValue& value : selector.values) {
    ids.push_back(IdOf(selector.field, value, values, clients));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace

EntryTable::EntryTable(TextArena& texts) : texts_(texts), details_(1) {}

GroupNumber EntryTable::AddGroup(const std::vector<Entry>& entries, ValueTable& values,
                                 const ClientNumbers& clients) {
  const GroupNumber group = Checked(group_begins_.size());
  group_begins_.push_back(Checked(entries_.size()));
  bool uses_clients = false;
  for (const Entry& entry : entries) {
    AddEntry(entry, group, values, clients);
    for (const Selector& selector : entry.selectors) {
      uses_clients = uses_clients || selector.field == Field::kClient;
    }
  }
  group_uses_clients_.push_back(uses_clients);
  return group;
}

void EntryTable::ShrinkToFit() {
  entries_.shrink_to_fit();
  terms_.shrink_to_fit();
  lists_.shrink_to_fit();
  list_values_.shrink_to_fit();
  details_.shrink_to_fit();
}

void EntryTable::AddEntry(const Entry& entry, GroupNumber group, ValueTable& values,
                          const ClientNumbers& clients) {
  // An entry without a selector would match everybody.
  if (entry.selectors.empty()) throw std::invalid_argument("an entry has no selector");
  Checked(entries_.size());
  const std::uint32_t first_term = Checked(terms_.size());
  std::vector<const Selector*> by_field;
  for (const Selector& selector : entry.selectors) by_field.push_back(&selector);
  std::stable_sort(by_field.begin(), by_field.end(),
                   [](const Selector* a, const Selector* b) { return a->field < b->field; });
  for (const Selector* selector : by_field) AddTerm(IdsOf(*selector, values, clients));
  entries_.push_back(
      {first_term, AddDetails(entry), static_cast<std::uint32_t>(entry.location.line), group});
}

void EntryTable::AddTerm(std::vector<ValueId> values) {
  if (values.size() == 1) {
    terms_.push_back(values.front());
    return;
  }
  const std::uint32_t begin = Checked(list_values_.size());
  list_values_.insert(list_values_.end(), values.begin(), values.end());
  terms_.push_back(kListBit | Checked(lists_.size()));
  lists_.push_back({begin, Checked(list_values_.size())});
}

std::uint32_t EntryTable::AddDetails(const Entry& entry) {
  if (entry.id.empty() && entry.owner.empty() && entry.reason.empty() &&
      entry.expires == absl::InfiniteFuture()) {
    return 0;
  }
  const std::uint32_t number = Checked(details_.size());
  details_.push_back(
      {texts_.Add(entry.id), texts_.Add(entry.owner), texts_.Add(entry.reason), entry.expires});
  return number;
}

std::span<const EntryTable::Term> EntryTable::TermsOf(EntryNumber entry) const {
  const std::size_t begin = entries_[entry].first_term;
  const std::size_t end =
      entry + 1 < entries_.size() ? entries_[entry + 1].first_term : terms_.size();
  return std::span(terms_).subspan(begin, end - begin);
}

std::span<const ValueId> EntryTable::ValuesOf(const Term& term) const {
  if ((term & kListBit) == 0) return {&term, 1};
  const List& list = lists_[term & ~kListBit];
  return std::span(list_values_).subspan(list.begin, list.end - list.begin);
}

std::span<const ValueId> EntryTable::ValuesOf(EntryNumber entry, std::size_t selector) const {
  return ValuesOf(TermsOf(entry)[selector]);
}

bool EntryTable::Holds(const Term& term, const HeldValues& held) const {
  if ((term & kListBit) == 0) return held.Contains(term);
  const std::span<const ValueId> values = ValuesOf(term);
  if (values.size() <= kShortList || values.size() < held.size()) {
    return std::any_of(values.begin(), values.end(),
                       [&](ValueId value) { return held.Contains(value); });
  }
  return std::any_of(held.begin(), held.end(), [&](ValueId value) {
    return std::binary_search(values.begin(), values.end(), value);
  });
}

Field EntryTable::FirstFailed(EntryNumber entry, const HeldValues& held) const {
  for (const Term& term : TermsOf(entry)) {
    if (!Holds(term, held)) return FieldOf(ValuesOf(term).front());
  }
  return Field::kNone;
}

std::vector<Field> EntryTable::AllFailed(EntryNumber entry, const HeldValues& held) const {
  std::vector<Field> failed;
  for (const Term& term : TermsOf(entry)) {
    if (!Holds(term, held)) failed.push_back(FieldOf(ValuesOf(term).front()));
  }
  return failed;
}

Fit EntryTable::FitOf(EntryNumber entry, const HeldValues& held) const {
  Fit fit;
  for (const Term& term : TermsOf(entry)) {
    if (Holds(term, held)) {
      ++fit.held;
    } else if (++fit.failed == 1) {
      fit.first_failed = FieldOf(ValuesOf(term).front());
    }
  }
  return fit;
}

}  // namespace certgate
