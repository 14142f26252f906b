#include "src/analysis/cover_index.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/policy/matcher.h"

namespace certgate {
namespace {

// Looking among patterns that begin alike is a walk, where an equal value is found at once.
constexpr std::size_t kPatternPenalty = 4;

}  // namespace

CoverIndex::CoverIndex(const PolicyDocument& document, absl::Time now)
    : document_(document), now_(now), places_(PlacesOf(document)) {
  for (std::size_t i = 0; i < document_.clients.size(); ++i) {
    clients_.emplace(document_.clients[i].name, i);
  }
  const Expander expander(document_);
  filings_.reserve(places_.size());
  for (const EntryPlace& place : places_) {
    numbers_.emplace(place.entry, filings_.size());
    filings_.push_back({CallersOf(*place.entry, expander), place.entry->expires <= now_});
  }
  Counts counts;
  for (const Filing& filing : filings_) ReadRegexes(filing);
  for (std::size_t number = 0; number < filings_.size(); ++number) CountSlots(number, counts);
  for (std::size_t number = 0; number < filings_.size(); ++number) File(number, counts);
  for (auto& [key, lengths] : lengths_) {
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  }
}

CoverIndex::Callers CoverIndex::CallersOf(const Entry& entry, const Expander& expander) const {
  Callers callers;
  Entry own;
  own.expires = entry.expires;
  for (const Selector& selector : entry.selectors) {
    if (selector.field != Field::kClient) {
      own.selectors.push_back(selector);
      continue;
    }
    for (const SelectorValue& name : selector.values) callers.clients.push_back(name.text);
  }
  std::sort(callers.clients.begin(), callers.clients.end());
  callers.own = std::move(expander.Expand(own).front());
  callers.own.entry = &entry;
  return callers;
}

CoverIndex::Section CoverIndex::SectionOf(const EntryPlace& place) const {
  const auto index = [](const auto& list, const auto* element) {
    return static_cast<std::size_t>(element - list.data());
  };
  switch (place.list) {
    case EntryPlace::List::kAllow:
      return AllowOf(index(document_.methods, place.method));
    case EntryPlace::List::kDeny:
      return DenyOf(index(document_.methods, place.method));
    case EntryPlace::List::kRevoked:
      return Revoked();
    case EntryPlace::List::kClient:
      break;
  }
  return ClientOf(index(document_.clients, place.client));
}

std::optional<CoverIndex::Section> CoverIndex::FindClient(std::string_view name) const {
  const auto found = clients_.find(name);
  return found == clients_.end() ? std::nullopt : std::optional(ClientOf(found->second));
}

// Their addresses tell the values apart, so that `filings_` must not grow any more.
void CoverIndex::ReadRegexes(const Filing& filing) {
  if (filing.is_removed) return;
  for (const Selector& selector : filing.callers.own.selectors) {
    for (const SelectorValue& value : selector.values) {
      if (value.kind != ValueKind::kRegex || regexes_.size() == kMostRegexes) continue;
      Regex regex(selector.field, value.text);
      std::string prefix = regex.LiteralPrefix();
      regexes_.push_back({std::move(prefix), std::move(regex)});
      regex_of_.emplace(&value, &regexes_.back());
    }
  }
}

// What each text that a pattern or regex matches begins with.
std::string_view CoverIndex::PrefixOf(const SelectorValue& value) const {
  if (value.kind == ValueKind::kPattern) return LiteralPrefix(value.text);
  const auto known = regex_of_.find(&value);
  return known == regex_of_.end() ? std::string_view() : known->second->prefix;
}

void CoverIndex::CountSlots(std::size_t number, Counts& counts) const {
  if (filings_[number].is_removed) return;
  const Section section = SectionOf(places_[number]);
  for (const Selector& selector : filings_[number].callers.own.selectors) {
    const auto count = [&](SlotKind kind, std::string_view text) {
      ++counts[{section, kind, selector.field, ValueKind::kExact, text}];
    };
    for (const SelectorValue& value : selector.values) {
      if (value.kind == ValueKind::kExact) {
        count(SlotKind::kSame, value.text);
        continue;
      }
      count(SlotKind::kPrefix, PrefixOf(value));
      if (value.kind == ValueKind::kPattern) count(SlotKind::kSuffix, LiteralSuffix(value.text));
    }
  }
}

// Of the two ends of a pattern the one that fewer share.
CoverIndex::Slot CoverIndex::SlotOf(Section section, Field field, const SelectorValue& value,
                                    const Counts& counts) const {
  const auto make = [&](SlotKind kind, std::string_view text) {
    return Slot{section, kind, field, ValueKind::kExact, text};
  };
  if (value.kind == ValueKind::kExact) return make(SlotKind::kSame, value.text);
  const Slot prefix = make(SlotKind::kPrefix, PrefixOf(value));
  if (value.kind == ValueKind::kRegex) return prefix;
  const Slot suffix = make(SlotKind::kSuffix, LiteralSuffix(value.text));
  return counts.at(prefix) <= counts.at(suffix) ? prefix : suffix;
}

// How many are filed alike, at most, if this selector is what they are filed by.
std::size_t CoverIndex::Rarity(Section section, const Selector& selector,
                               const Counts& counts) const {
  std::size_t most = 0;
  for (const SelectorValue& value : selector.values) {
    const std::size_t count = counts.at(SlotOf(section, selector.field, value, counts));
    most = std::max(most, value.kind == ValueKind::kExact ? count : count * kPatternPenalty);
  }
  return most;
}

void CoverIndex::FileUnder(const Slot& slot, Filed filed) {
  slots_[slot].push_back(filed);
  if (slot.kind == SlotKind::kPrefix || slot.kind == SlotKind::kSuffix) {
    lengths_[{slot.section, slot.kind, slot.field}].push_back(slot.text.size());
  }
}

void CoverIndex::FileBy(const Selector& selector, std::size_t number, const Counts& counts) {
  const Section section = SectionOf(places_[number]);
  for (const SelectorValue& value : selector.values) {
    FileUnder({section, SlotKind::kSame, selector.field, value.kind, value.text}, {number});
    if (value.kind == ValueKind::kExact) continue;
    const auto regex = regex_of_.find(&value);
    const bool is_known = regex != regex_of_.end();
    if (value.kind == ValueKind::kRegex && !is_known) continue;
    FileUnder(SlotOf(section, selector.field, value, counts),
              {number, is_known ? &regex->second->regex : nullptr});
  }
}

void CoverIndex::File(std::size_t number, const Counts& counts) {
  const Filing& filing = filings_[number];
  if (filing.is_removed) return;
  const Section section = SectionOf(places_[number]);
  const Selector* rarest = nullptr;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const Selector& selector : filing.callers.own.selectors) {
    if (selector.values.empty()) continue;
    const std::size_t shared = Rarity(section, selector, counts);
    if (shared >= least) continue;
    least = shared;
    rarest = &selector;
  }
  if (rarest != nullptr) return FileBy(*rarest, number, counts);
  for (const std::string_view client : filing.callers.clients) {
    FileUnder({section, SlotKind::kSame, Field::kClient, ValueKind::kExact, client}, {number});
  }
  const bool has_clients = !filing.callers.clients.empty();
  FileUnder({section,
             has_clients ? SlotKind::kMembers : SlotKind::kAlways,
             Field::kNone,
             ValueKind::kExact,
             {}},
            {number});
}

void CoverIndex::Remove(const Entry& entry) { filings_[numbers_.at(&entry)].is_removed = true; }

}  // namespace certgate
