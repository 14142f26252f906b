#include <algorithm>

#include "src/analysis/cover_index.h"

namespace certgate {
namespace {

// To match a regex takes longer than to compare, the more so where it is compiled first.
constexpr std::size_t kRegexWork = 10;

std::size_t WorkOf(const Clause& wide, const Clause& narrow) {
  std::size_t work = 1;
  for (const Selector& selector : narrow.selectors) work += selector.values.size();
  const bool has_regex =
      std::any_of(wide.selectors.begin(), wide.selectors.end(), [](const Selector& selector) {
        return !selector.values.empty() && selector.values.back().kind == ValueKind::kRegex;
      });
  return has_regex ? work * kRegexWork : work;
}

// Both conditions as one.
Clause Both(const Clause& a, const Clause& b) {
  Clause both = a;
  both.selectors.insert(both.selectors.end(), b.selectors.begin(), b.selectors.end());
  std::stable_sort(both.selectors.begin(), both.selectors.end(),
                   [](const Selector& x, const Selector& y) { return x.field < y.field; });
  both.expires = std::min(a.expires, b.expires);
  return both;
}

}  // namespace

/// One question to the index.
class CoverIndex::Search {
 public:
  Search(CoverIndex& index, const Entry& excluded, std::span<const Section> sections)
      : index_(index), excluded_(excluded), sections_(sections) {}

  bool IsCovered(const Callers& narrow, int depth) {
    if (FindOne(narrow)) return true;
    if (narrow.clients.empty()) return AreValuesCovered(narrow);
    return depth < Expander::kDeepest && AreMembersCovered(narrow, depth);
  }

  std::vector<const EntryPlace*> Found() const {
    std::vector<std::size_t> numbers = found_;
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    std::vector<const EntryPlace*> places;
    for (const std::size_t number : numbers) places.push_back(&index_.places_[number]);
    return places;
  }

 private:
  bool FindOne(const Callers& narrow) {
    for (const Section section : sections_) {
      const std::optional<std::size_t> number = FindIn(section, narrow, 0);
      if (!number.has_value()) continue;
      found_.push_back(*number);
      return true;
    }
    return false;
  }

  // Several entries may each have some of the values of one list.
  bool AreValuesCovered(const Callers& narrow) {
    const std::size_t found = found_.size();
    for (std::size_t i = 0; i < narrow.own.selectors.size(); ++i) {
      const std::vector<SelectorValue>& values = narrow.own.selectors[i].values;
      if (values.size() < 2 || values.size() > kMostSplit) continue;
      const bool is_covered =
          std::all_of(values.begin(), values.end(), [&](const SelectorValue& value) {
            Callers part = narrow;
            part.own.selectors[i].values = {value};
            return FindOne(part);
          });
      if (is_covered) return true;
      found_.resize(found);
    }
    return false;
  }

  // If all members have expired, nobody is meant: then nothing is found either.
  bool AreMembersCovered(const Callers& narrow, int depth) {
    for (const std::string_view client : narrow.clients) {
      const std::optional<Section> section = index_.FindClient(client);
      if (!section.has_value()) return false;
      const ClientSet& set = index_.document_.clients[*section - index_.ClientOf(0)];
      for (const Entry& member : set.entries) {
        const Filing& filing = index_.filings_[index_.numbers_.at(&member)];
        if (filing.is_removed) continue;  // expired, or in another member
        const Callers both{Both(filing.callers.own, narrow.own), filing.callers.clients};
        if (!IsCovered(both, depth + 1)) return false;
      }
    }
    return true;
  }

  std::optional<std::size_t> FindIn(Section section, const Callers& narrow, int depth) {
    const auto look = [&](const Slot& slot, const SelectorValue* value) {
      return FindAmong(slot, narrow, value, depth);
    };
    if (auto number = look({section, SlotKind::kAlways, Field::kNone, ValueKind::kExact, {}}, {})) {
      return number;
    }
    if (!narrow.clients.empty()) {
      const Slot slot{section, SlotKind::kSame, Field::kClient, ValueKind::kExact,
                      narrow.clients.front()};
      if (auto number = look(slot, nullptr)) return number;
    }
    for (const Selector& selector : narrow.own.selectors) {
      if (selector.values.empty()) continue;
      // What covers the selector covers each of its values, the first one too.
      const SelectorValue& value = selector.values.front();
      const Slot same{section, SlotKind::kSame, selector.field, value.kind, value.text};
      if (auto number = look(same, nullptr)) return number;
      for (const SlotKind end : {SlotKind::kPrefix, SlotKind::kSuffix}) {
        if (auto number = FindByEnd(section, end, selector.field, value, narrow, depth)) {
          return number;
        }
      }
    }
    return look({section, SlotKind::kMembers, Field::kNone, ValueKind::kExact, {}}, nullptr);
  }

  // Among the patterns that have an end in common with `value`.
  std::optional<std::size_t> FindByEnd(Section section, SlotKind end, Field field,
                                       const SelectorValue& value, const Callers& narrow,
                                       int depth) {
    const auto lengths = index_.lengths_.find({section, end, field});
    if (lengths == index_.lengths_.end()) return std::nullopt;
    // Only what covers everything covers a regex.
    const std::string_view text =
        value.kind == ValueKind::kRegex ? std::string_view() : std::string_view(value.text);
    for (const std::size_t length : lengths->second) {
      if (length > text.size()) break;
      const Slot slot{
          section, end, field, ValueKind::kExact,
          end == SlotKind::kPrefix ? text.substr(0, length) : text.substr(text.size() - length)};
      if (auto number = FindAmong(slot, narrow, &value, depth)) return number;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> FindAmong(const Slot& slot, const Callers& narrow,
                                       const SelectorValue* value, int depth) {
    const auto found = index_.slots_.find(slot);
    if (found == index_.slots_.end()) return std::nullopt;
    std::size_t tried = 0;
    for (const Filed& filed : found->second) {
      if (tried++ == kMostTried || index_.work_ > kMostWork) return std::nullopt;
      ++index_.work_;
      const bool fails = filed.regex != nullptr && value != nullptr &&
                         !(value->kind == ValueKind::kExact && filed.regex->Matches(value->text));
      if (!fails && DoesCover(index_.filings_[filed.number], narrow, depth)) return filed.number;
    }
    return std::nullopt;
  }

  bool DoesCover(const Filing& wide, const Callers& narrow, int depth) {
    const Clause& own = wide.callers.own;
    if (wide.is_removed || own.entry == &excluded_) return false;
    index_.work_ += WorkOf(own, narrow.own);
    if (!Covers(own, narrow.own)) return false;
    const std::vector<std::string_view>& clients = wide.callers.clients;
    if (clients.empty()) return true;
    if (!narrow.clients.empty() && std::includes(clients.begin(), clients.end(),
                                                 narrow.clients.begin(), narrow.clients.end())) {
      return true;
    }
    return depth < Expander::kDeepest &&
           std::any_of(clients.begin(), clients.end(), [&](std::string_view client) {
             const std::optional<Section> section = index_.FindClient(client);
             return section.has_value() && FindIn(*section, narrow, depth + 1).has_value();
           });
  }

  CoverIndex& index_;
  const Entry& excluded_;
  const std::span<const Section> sections_;
  std::vector<std::size_t> found_;
};

std::vector<const EntryPlace*> CoverIndex::FindCover(const Entry& entry,
                                                     std::span<const Section> sections) {
  if (entry.expires <= now_) return {};
  Search search(*this, entry, sections);
  const bool is_covered = search.IsCovered(filings_[numbers_.at(&entry)].callers, 0);
  return is_covered ? search.Found() : std::vector<const EntryPlace*>();
}

}  // namespace certgate
