#include "src/policy/pattern_index.h"

#include <algorithm>
#include <tuple>

#include "src/policy/matcher.h"

namespace certgate {
namespace {

// Literals are filed under at most so many bytes, so that a text is hashed a bounded number of
// times whatever the policy holds.
constexpr std::size_t kMaxFiledBytes = 256;

std::string_view EndOf(std::string_view text, bool prefix, std::size_t length) {
  return prefix ? text.substr(0, length) : text.substr(text.size() - length);
}

std::string_view FiledPrefix(std::string_view pattern) {
  return LiteralPrefix(pattern).substr(0, kMaxFiledBytes);
}

std::string_view FiledSuffix(std::string_view pattern) {
  const std::string_view suffix = LiteralSuffix(pattern);
  return EndOf(suffix, false, std::min(suffix.size(), kMaxFiledBytes));
}

}  // namespace

// A pattern with the place where it is filed.
struct PatternIndex::Placed {
  std::size_t slot;
  std::string_view literal;
  ValueTable::Value pattern;
};

PatternIndex::PatternIndex(const TextArena& texts, const std::vector<ValueTable::Value>& patterns)
    : texts_(texts) {
  patterns_.reserve(patterns.size());
  for (const Placed& placed : Place(texts, patterns)) {
    const auto number = static_cast<std::uint32_t>(patterns_.size());
    patterns_.push_back(placed.pattern);
    Filed& filed = filed_[placed.slot];
    const auto [range, is_new] = filed.by_literal.try_emplace(placed.literal, Range{number, 0});
    range->second.end = number + 1;
    if (is_new) filed.lengths.push_back(placed.literal.size());
  }
  for (Filed& filed : filed_) {
    std::sort(filed.lengths.begin(), filed.lengths.end());
    filed.lengths.erase(std::unique(filed.lengths.begin(), filed.lengths.end()),
                        filed.lengths.end());
  }
}

std::vector<PatternIndex::Placed> PatternIndex::Place(
    const TextArena& texts, const std::vector<ValueTable::Value>& patterns) {
  absl::flat_hash_map<std::pair<std::size_t, std::string_view>, std::size_t> sharing;
  for (const ValueTable::Value& value : patterns) {
    const std::string_view text = texts.At(value.text);
    ++sharing[{SlotOf(FieldOf(value.id), End::kPrefix), FiledPrefix(text)}];
    ++sharing[{SlotOf(FieldOf(value.id), End::kSuffix), FiledSuffix(text)}];
  }
  std::vector<Placed> all;
  all.reserve(patterns.size());
  for (const ValueTable::Value& value : patterns) {
    const std::string_view text = texts.At(value.text);
    const Placed front{SlotOf(FieldOf(value.id), End::kPrefix), FiledPrefix(text), value};
    const Placed back{SlotOf(FieldOf(value.id), End::kSuffix), FiledSuffix(text), value};
    const bool by_suffix =
        sharing[{back.slot, back.literal}] < sharing[{front.slot, front.literal}] ||
        front.literal.empty();
    all.push_back(by_suffix && !back.literal.empty() ? back : front);
  }
  std::sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.slot, a.literal, a.pattern.id) < std::tie(b.slot, b.literal, b.pattern.id);
  });
  return all;
}

void PatternIndex::Match(Field field, std::string_view text, HeldValues& held,
                         DecisionWork& work) const {
  MatchFiled(field, End::kPrefix, text, held, work);
  MatchFiled(field, End::kSuffix, text, held, work);
}

void PatternIndex::MatchFiled(Field field, End end, std::string_view text, HeldValues& held,
                              DecisionWork& work) const {
  const Filed& filed = filed_[SlotOf(field, end)];
  for (const std::size_t length : filed.lengths) {
    if (length > text.size()) return;
    const auto range = filed.by_literal.find(EndOf(text, end == End::kPrefix, length));
    if (range == filed.by_literal.end()) continue;
    for (std::uint32_t i = range->second.begin; i != range->second.end; ++i) {
      ++work.patterns;
      if (MatchesPattern(field, texts_.At(patterns_[i].text), text)) held.Insert(patterns_[i].id);
    }
  }
}

}  // namespace certgate
