#include "src/yaml/suggest.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kLongestWord = 64;
using Row = std::array<std::size_t, kLongestWord + 1>;

// The number of letters to insert, remove, change or swap with their neighbour to get from `a` to
// `b` (optimal string alignment); `limit + 1` as soon as it is known to be over `limit`.
std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit) {
  Row before{};
  Row last{};
  Row current{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
      best = std::min(best, current[j]);
    }
    if (best > limit) return limit + 1;
    before = last;
    last = current;
  }
  return last[b.size()];
}

std::size_t Difference(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

}  // namespace

std::string_view Suggest(std::string_view word, std::span<const std::string_view> candidates) {
  return Suggest(word, candidates, kLongestWord);
}

std::string_view Suggest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t most_changes) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string lower_word = AsciiLower(word);
  std::size_t limit = std::min(std::max<std::size_t>(word.size() / 3, 1), most_changes);
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongestWord) continue;
    if (Difference(candidate.size(), word.size()) > limit) continue;
    const std::size_t distance = EditDistance(lower_word, AsciiLower(candidate), limit);
    // Two words that share no letter are not near, however short they are.
    if (distance > limit || distance >= std::max(word.size(), candidate.size())) continue;
    nearest = candidate;
    if (distance == 0) break;
    limit = distance - 1;
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view otherwise) {
  const std::string_view nearest = Suggest(word, candidates);
  if (nearest.empty()) return std::string(otherwise);
  return "did you mean " + Quote(nearest) + "?";
}

Problem UnknownKey(std::string_view key, std::span<const std::string_view> known,
                   std::string_view otherwise) {
  const std::string_view before_colon = key.substr(0, key.find(':'));
  const bool lacks_space = before_colon.size() < key.size() &&
                           std::find(known.begin(), known.end(), before_colon) != known.end();
  if (lacks_space) return {"unknown key " + Quote(key), "write a space after the colon"};
  return {"unknown key " + Quote(key), DidYouMean(key, known, otherwise)};
}

}  // namespace certgate
