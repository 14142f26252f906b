#include "src/policy/pattern_index.h"

#include <absl/strings/string_view.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

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

// A pattern with its two literal ends, and the one that it is filed under.
struct PatternIndex::Placed {
  Filing filing;
  std::string prefix;
  std::string suffix;
  End end = End::kPrefix;

  std::size_t slot() const { return SlotOf(FieldOf(filing.value.id), end); }
  const std::string& literal() const { return end == End::kPrefix ? prefix : suffix; }
};

PatternIndex::PatternIndex(const TextArena& texts, const std::vector<ValueTable::Value>& patterns)
    : texts_(texts) {
  std::vector<Placed> placed;
  placed.reserve(patterns.size());
  for (const ValueTable::Value& value : patterns) placed.push_back(Read(value));
  ChooseEnds(placed);
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::forward_as_tuple(a.slot(), a.literal(), a.filing.value.id) <
           std::forward_as_tuple(b.slot(), b.literal(), b.filing.value.id);
  });
  patterns_.reserve(placed.size());
  for (Placed& one : placed) File(one);
  for (Filed& filed : filed_) {
    std::sort(filed.lengths.begin(), filed.lengths.end());
    filed.lengths.erase(std::unique(filed.lengths.begin(), filed.lengths.end()),
                        filed.lengths.end());
  }
}

PatternIndex::Placed PatternIndex::Read(const ValueTable::Value& value) const {
  const std::string_view text = texts_.At(value.text);
  Placed placed;
  placed.filing.value = value;
  if (KindOf(value.id) == ValueKind::kRegex) {
    placed.filing.regex = std::make_unique<const Regex>(FieldOf(value.id), text);
    if (const std::string error = placed.filing.regex->error(); !error.empty()) {
      throw std::invalid_argument("a regex does not compile: " + error);
    }
    placed.prefix = placed.filing.regex->LiteralPrefix();
  } else {
    placed.prefix = FiledPrefix(text);
    placed.suffix = FiledSuffix(text);
  }
  return placed;
}

void PatternIndex::ChooseEnds(std::vector<Placed>& all) {
  absl::flat_hash_map<std::pair<std::size_t, std::string_view>, std::size_t> sharing;
  const auto sharing_at = [&sharing](Placed& placed, End end) -> std::size_t& {
    placed.end = end;
    return sharing[{placed.slot(), placed.literal()}];
  };
  for (Placed& placed : all) {
    ++sharing_at(placed, End::kPrefix);
    ++sharing_at(placed, End::kSuffix);
  }
  for (Placed& placed : all) {
    const std::size_t with_suffix = sharing_at(placed, End::kSuffix);
    const std::size_t with_prefix = sharing_at(placed, End::kPrefix);
    const bool by_suffix = with_suffix < with_prefix || placed.prefix.empty();
    if (by_suffix && !placed.suffix.empty()) placed.end = End::kSuffix;
  }
}

void PatternIndex::File(Placed& placed) {
  const auto number = static_cast<std::uint32_t>(patterns_.size());
  const std::size_t length = placed.literal().size();
  Filed& filed = filed_[placed.slot()];
  const auto [range, is_new] = filed.by_literal.try_emplace(placed.literal(), Range{number, 0});
  range->second.end = number + 1;
  if (is_new) filed.lengths.push_back(length);
  patterns_.push_back(std::move(placed.filing));
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
    const std::string_view literal = EndOf(text, end == End::kPrefix, length);
    const auto range = filed.by_literal.find(absl::string_view(literal.data(), literal.size()));
    if (range == filed.by_literal.end()) continue;
    for (std::uint32_t i = range->second.begin; i != range->second.end; ++i) {
      ++work.patterns;
      if (Matches(field, patterns_[i], text)) held.Insert(patterns_[i].value.id);
    }
  }
}

bool PatternIndex::Matches(Field field, const Filing& filing, std::string_view text) const {
  if (filing.regex != nullptr) return filing.regex->Matches(text);
  return MatchesPattern(field, texts_.At(filing.value.text), text);
}

}  // namespace certgate
