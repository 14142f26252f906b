#include "src/analysis/cover_index.h"

#include <algorithm>
#include <limits>

#include "src/policy/matcher.h"

namespace certgate {
namespace {

// Looking among patterns that begin alike is a walk, where an equal value is found at once.
constexpr std::size_t kPatternPenalty = 4;

bool NamesCallers(const Selector& selector) { return !selector.values.empty(); }

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
  for (std::size_t number = 0; number < filings_.size(); ++number) CountSlots(number, counts);
  for (std::size_t number = 0; number < filings_.size(); ++number) File(number, counts);
  for (auto& [key, lengths] : prefix_lengths_) {
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

// What each text that a pattern or regex matches begins with; nothing for an exact value.
std::string_view CoverIndex::PrefixOf(Field field, const SelectorValue& value) {
  if (value.kind == ValueKind::kPattern) return LiteralPrefix(value.text);
  const auto known = regex_of_.find(&value);
  if (known != regex_of_.end()) return known->second->prefix;
  if (value.kind != ValueKind::kRegex || regexes_.size() == kMostRegexes) return {};
  Regex regex(field, value.text);
  std::string prefix = regex.LiteralPrefix();
  regexes_.push_back({std::move(prefix), std::move(regex)});
  regex_of_.emplace(&value, &regexes_.back());
  return regexes_.back().prefix;
}

void CoverIndex::CountSlots(std::size_t number, Counts& counts) {
  if (filings_[number].is_removed) return;
  const Section section = SectionOf(places_[number]);
  for (const Selector& selector : filings_[number].callers.own.selectors) {
    for (const SelectorValue& value : selector.values) {
      if (value.kind == ValueKind::kExact) {
        ++counts[{section, SlotKind::kSame, selector.field, value.kind, value.text}];
      } else {
        ++counts[{section, SlotKind::kPrefix, selector.field, ValueKind::kExact,
                  PrefixOf(selector.field, value)}];
      }
    }
  }
}

void CoverIndex::FileUnder(const Slot& slot, Filed filed) {
  slots_[slot].push_back(filed);
  if (slot.kind == SlotKind::kPrefix) {
    prefix_lengths_[{slot.section, slot.field}].push_back(slot.text.size());
  }
}

void CoverIndex::File(std::size_t number, const Counts& counts) {
  const Filing& filing = filings_[number];
  if (filing.is_removed) return;
  const Section section = SectionOf(places_[number]);
  const auto rarity = [&](const Selector& selector) {
    std::size_t most = 0;
    for (const SelectorValue& value : selector.values) {
      const bool is_exact = value.kind == ValueKind::kExact;
      const Slot slot = is_exact
                            ? Slot{section, SlotKind::kSame, selector.field, value.kind, value.text}
                            : Slot{section, SlotKind::kPrefix, selector.field, ValueKind::kExact,
                                   PrefixOf(selector.field, value)};
      most = std::max(most, counts.at(slot) * (is_exact ? 1 : kPatternPenalty));
    }
    return most;
  };
  const Selector* rarest = nullptr;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const Selector& selector : filing.callers.own.selectors) {
    const std::size_t shared = NamesCallers(selector) ? rarity(selector) : least;
    if (shared >= least) continue;
    least = shared;
    rarest = &selector;
  }
  if (rarest != nullptr) {
    for (const SelectorValue& value : rarest->values) {
      FileUnder({section, SlotKind::kSame, rarest->field, value.kind, value.text}, {number});
      if (value.kind == ValueKind::kExact) continue;
      const std::string_view prefix = PrefixOf(rarest->field, value);
      const auto regex = regex_of_.find(&value);
      if (value.kind == ValueKind::kRegex && regex == regex_of_.end()) continue;
      FileUnder({section, SlotKind::kPrefix, rarest->field, ValueKind::kExact, prefix},
                {number, regex == regex_of_.end() ? nullptr : &regex->second->regex});
    }
    return;
  }
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
