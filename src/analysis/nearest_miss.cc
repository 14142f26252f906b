#include "src/analysis/nearest_miss.h"

#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <vector>

#include "src/analysis/clause.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// Sets in sets: what lies deeper would only confuse.
constexpr int kDeepest = 4;

std::string Join(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::vector<Field> FailedOf(const ConsideredRule& considered) {
  std::vector<Field> failed;
  for (const SelectorOutcome& outcome : considered.selectors) {
    if (!outcome.holds) failed.push_back(outcome.selector->field);
  }
  return failed;
}

/// How far an entry is from matching: what it lacks counts most, and then what it has.
struct Distance {
  std::size_t lacking = 0;
  std::size_t holding = 0;
};

bool operator<(const Distance& a, const Distance& b) {
  return a.lacking != b.lacking ? a.lacking < b.lacking : a.holding > b.holding;
}

/// Distances of entries, those of client sets included.
class Distances {
 public:
  explicit Distances(const std::vector<ConsideredMember>& members) {
    for (const ConsideredMember& member : members) members_[member.client->name].push_back(&member);
  }

  Distance Of(const Entry& entry, const std::vector<Field>& failed, bool has_expired) {
    Distance distance{failed.size() + (has_expired ? 1 : 0),
                      entry.selectors.size() - failed.size()};
    for (const Selector& selector : entry.selectors) {
      if (selector.field != Field::kClient || failed.empty() || failed.back() != Field::kClient) {
        continue;
      }
      const Distance nearest = OfAnySet(selector);
      distance.lacking += nearest.lacking - 1;  // in the place of the selector itself
      distance.holding += nearest.holding;
    }
    return distance;
  }

 private:
  Distance OfAnySet(const Selector& client) {
    Distance nearest{kFar, 0};
    for (const SelectorValue& name : client.values) {
      const Distance distance = OfSet(name.text);
      if (distance < nearest) nearest = distance;
    }
    return nearest;
  }

  // No set leads to itself: the loader sees to that.
  Distance OfSet(const std::string& name) {
    if (const auto known = sets_.find(name); known != sets_.end()) return known->second;
    Distance nearest{kFar, 0};
    if (++depth_ <= kDeepestSets) {
      for (const ConsideredMember* member : members_[name]) {
        const Distance distance = Of(*member->entry, member->failed, member->has_expired);
        if (distance < nearest) nearest = distance;
      }
    }
    --depth_;
    sets_[name] = nearest;
    return nearest;
  }

  static constexpr std::size_t kFar = 1'000'000;
  static constexpr int kDeepestSets = 64;
  std::unordered_map<std::string, std::vector<const ConsideredMember*>> members_;
  std::unordered_map<std::string, Distance> sets_;
  int depth_ = 0;
};

class Miss {
 public:
  Miss(const Explanation& explanation, const PeerIdentity& caller, absl::Time now)
      : explanation_(explanation), caller_(caller), now_(now), distances_(explanation.members) {}

  /// `who` asks for `entry`, of which the selectors of `failed` do not hold.
  std::string Describe(const std::string& who, const Entry& entry, const std::vector<Field>& failed,
                       int depth) const {
    if (failed.empty()) {
      return who + " expired at " +
             absl::FormatTime("%Y-%m-%d %H:%M UTC", entry.expires, absl::UTCTimeZone());
    }
    std::vector<std::string> needs;
    std::vector<std::string> has;
    const Selector* client = nullptr;
    for (const Selector& selector : entry.selectors) {
      if (std::find(failed.begin(), failed.end(), selector.field) == failed.end()) continue;
      needs.push_back(DescribeSelector(selector));
      if (selector.field == Field::kClient) {
        client = &selector;
      } else {
        has.push_back(Has(selector.field, failed.size() > 1));
      }
    }
    std::string text = who + " needs " + Join(needs, " and ");
    if (!has.empty()) text += "; the certificate has " + Join(has, " and ");
    if (client != nullptr && depth < kDeepest) text += NearestMember(*client, depth);
    return text;
  }

 private:
  std::string Has(Field field, bool name_field) const {
    std::vector<std::string> values;
    for (const std::string& value : ValuesOf(caller_, field, now_)) values.push_back(Quote(value));
    const std::string name(ToString(field));
    if (values.empty()) return name_field ? "no " + name : "none";
    return (name_field ? name + " " : "") + Join(values, " and ");
  }

  // "; of `greeter-app`, line 12 needs ..." for the member that lacks least.
  std::string NearestMember(const Selector& client, int depth) const {
    const ConsideredMember* nearest = nullptr;
    Distance shortest;
    for (const ConsideredMember& member : explanation_.members) {
      const bool is_named =
          std::any_of(client.values.begin(), client.values.end(),
                      [&](const SelectorValue& name) { return name.text == member.client->name; });
      if (!is_named) continue;
      const Distance distance = distances_.Of(*member.entry, member.failed, member.has_expired);
      if (nearest != nullptr && !(distance < shortest)) continue;
      nearest = &member;
      shortest = distance;
    }
    if (nearest == nullptr) return "";
    return "; of " + Quote(nearest->client->name) + ", " +
           Describe("line " + std::to_string(nearest->entry->location.line), *nearest->entry,
                    nearest->failed, depth + 1);
  }

  const Explanation& explanation_;
  const PeerIdentity& caller_;
  const absl::Time now_;
  mutable Distances distances_;
};

}  // namespace

const ConsideredRule* FindNearest(const Explanation& explanation) {
  Distances distances(explanation.members);
  const ConsideredRule* nearest = nullptr;
  Distance shortest;
  for (const ConsideredRule& considered : explanation.considered) {
    if (considered.rule.list != Rule::List::kAllow) continue;
    const Distance distance =
        distances.Of(*considered.rule.entry, FailedOf(considered), considered.has_expired);
    if (nearest != nullptr && !(distance < shortest)) continue;
    nearest = &considered;
    shortest = distance;
  }
  return nearest;
}

std::string DescribeMiss(const Explanation& explanation, const ConsideredRule& considered,
                         const PeerIdentity& caller, absl::Time now) {
  return Miss(explanation, caller, now)
      .Describe(Quote(considered.rule.name()), *considered.rule.entry, FailedOf(considered), 0);
}

}  // namespace certgate
