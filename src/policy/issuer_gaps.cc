#include "src/policy/issuer_gaps.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace certgate {
namespace {

constexpr std::size_t kMostShown = 10;
constexpr std::size_t kMostShownBytes = 64;

bool IsOfIssuer(Field field) {
  return field == Field::kCn || field == Field::kOu || field == Field::kO ||
         field == Field::kSerial;
}

// The selector that is worth nothing without an issuer; null if the entry has none, or an issuer.
const Selector* FindGap(const Entry& entry) {
  const Selector* gap = nullptr;
  for (const Selector& selector : entry.selectors) {
    if (selector.field == Field::kIssuer) return nullptr;
    if (gap == nullptr && IsOfIssuer(selector.field)) gap = &selector;
  }
  return gap;
}

std::string Show(const Selector& selector) {
  std::string text(ToString(selector.field));
  text += ": ";
  text += selector.values.empty() ? "" : selector.values.front().text.substr(0, kMostShownBytes);
  if (selector.values.size() > 1) text += ", ...";
  return text;
}

class GapFinder {
 public:
  void Look(const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
      const Selector* const gap = FindGap(entry);
      if (gap == nullptr) continue;
      ++gaps_.count;
      if (gaps_.first.size() < kMostShown) Keep({entry.location.line, Show(*gap)});
    }
  }
  IssuerGaps Finish() && { return std::move(gaps_); }

 private:
  // In the order of the file.
  void Keep(IssuerGaps::Gap gap) {
    const auto place = std::upper_bound(
        gaps_.first.begin(), gaps_.first.end(), gap,
        [](const IssuerGaps::Gap& a, const IssuerGaps::Gap& b) { return a.line < b.line; });
    gaps_.first.insert(place, std::move(gap));
  }

  IssuerGaps gaps_;
};

}  // namespace

IssuerGaps FindIssuerGaps(const PolicyDocument& document) {
  GapFinder finder;
  for (const ClientSet& client : document.clients) finder.Look(client.entries);
  for (const MethodRules& rules : document.methods) {
    finder.Look(rules.allow);
    finder.Look(rules.deny);
  }
  return std::move(finder).Finish();
}

}  // namespace certgate
