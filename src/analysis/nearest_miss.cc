#include "src/analysis/nearest_miss.h"

#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
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

class Miss {
 public:
  Miss(const Explanation& explanation, const PeerIdentity& caller, absl::Time now)
      : explanation_(explanation), caller_(caller), now_(now) {}

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
    for (const ConsideredMember& member : explanation_.members) {
      const bool is_named =
          std::any_of(client.values.begin(), client.values.end(),
                      [&](const SelectorValue& name) { return name.text == member.client->name; });
      if (!is_named) continue;
      if (nearest == nullptr || member.failed.size() < nearest->failed.size()) nearest = &member;
    }
    if (nearest == nullptr) return "";
    return "; of " + Quote(nearest->client->name) + ", " +
           Describe("line " + std::to_string(nearest->entry->location.line), *nearest->entry,
                    nearest->failed, depth + 1);
  }

  const Explanation& explanation_;
  const PeerIdentity& caller_;
  const absl::Time now_;
};

}  // namespace

std::string DescribeMiss(const Explanation& explanation, RuleIndex index,
                         const PeerIdentity& caller, absl::Time now) {
  for (const ConsideredRule& considered : explanation.considered) {
    if (considered.index != index) continue;
    std::vector<Field> failed;
    for (const SelectorOutcome& outcome : considered.selectors) {
      if (!outcome.holds) failed.push_back(outcome.selector->field);
    }
    return Miss(explanation, caller, now)
        .Describe(Quote(considered.rule.name()), *considered.rule.entry, failed, 0);
  }
  return "";
}

}  // namespace certgate
