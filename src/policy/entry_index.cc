#include "src/policy/entry_index.h"

#include <algorithm>
#include <compare>
#include <limits>

namespace certgate {
namespace {

using Counts = absl::flat_hash_map<ValueId, std::uint32_t>;

// What filing under a selector costs; the smallest is chosen.
struct Cost {
  bool is_any = false;        // every caller would be led to the entry
  std::uint64_t sharing = 0;  // entries in the section that have one of the values
  bool has_pattern = false;   // a pattern holds for more callers than an exact value
  std::strong_ordering operator<=>(const Cost&) const = default;
};

Cost CostOf(std::span<const ValueId> values, const Counts& counts) {
  Cost cost;
  for (const ValueId value : values) {
    cost.is_any = cost.is_any || value == kAnyValue;
    cost.sharing += counts.at(value);
    cost.has_pattern = cost.has_pattern || KindOf(value) != ValueKind::kExact;
  }
  return cost;
}

std::span<const ValueId> RarestValues(const EntryTable& entries, EntryNumber entry,
                                      const Counts& counts) {
  std::span<const ValueId> rarest = entries.ValuesOf(entry, 0);
  if (entries.SelectorCount(entry) == 1) return rarest;
  Cost lowest = CostOf(rarest, counts);
  for (std::size_t i = 1; i < entries.SelectorCount(entry); ++i) {
    const std::span<const ValueId> values = entries.ValuesOf(entry, i);
    const Cost cost = CostOf(values, counts);
    if (cost < lowest) {
      rarest = values;
      lowest = cost;
    }
  }
  return rarest;
}

}  // namespace

void EntryIndex::AddSection(SectionNumber section, const EntryTable& entries, EntryNumber first,
                            EntryNumber last) {
  Counts counts;
  for (EntryNumber entry = first; entry != last; ++entry) {
    for (std::size_t i = 0; i < entries.SelectorCount(entry); ++i) {
      for (const ValueId value : entries.ValuesOf(entry, i)) ++counts[value];
    }
  }
  for (EntryNumber entry = first; entry != last; ++entry) {
    for (const ValueId value : RarestValues(entries, entry, counts)) {
      filings_.push_back({KeyOf(section, value), entry});
    }
  }
}

void EntryIndex::Finish() {
  std::sort(filings_.begin(), filings_.end(), [](const Filing& a, const Filing& b) {
    return a.key != b.key ? a.key < b.key : a.entry < b.entry;
  });
  std::size_t keys = 0;
  for (std::size_t i = 0; i < filings_.size(); ++i) {
    if (i == 0 || filings_[i].key != filings_[i - 1].key) ++keys;
  }
  postings_.reserve(keys);
  for (std::size_t begin = 0, end = 0; begin < filings_.size(); begin = end) {
    while (end < filings_.size() && filings_[end].key == filings_[begin].key) ++end;
    const auto count = static_cast<std::uint32_t>(end - begin);
    const EntryNumber first =
        count == 1 ? filings_[begin].entry : static_cast<std::uint32_t>(shared_.size());
    for (std::size_t i = begin; count > 1 && i < end; ++i) shared_.push_back(filings_[i].entry);
    postings_.emplace(filings_[begin].key, Posting{first, count});
  }
  shared_.shrink_to_fit();
  filings_ = {};
}

std::span<const EntryNumber> EntryIndex::Find(SectionNumber section, ValueId value) const {
  const auto found = postings_.find(KeyOf(section, value));
  if (found == postings_.end()) return {};
  const Posting& posting = found->second;
  if (posting.count == 1) return {&posting.first, 1};
  return std::span(shared_).subspan(posting.first, posting.count);
}

}  // namespace certgate
