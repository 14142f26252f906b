#include "tests/oracle/policy_text.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cctype>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace certgate::oracle {
namespace {

class PolicyWriter {
 public:
  explicit PolicyWriter(Style& style) : style_(style) {}

  Node OfModel(const Model& model) {
    std::vector<Pair> pairs = {{"version", Word("1")}, {"name", Text(model.name)}};
    AddText(pairs, "mode", model.mode);
    if (!model.authorities.empty()) pairs.emplace_back("authorities", OfAuthorities(model));
    if (!model.revoked.empty()) pairs.emplace_back("revoked", OfEntries(model.revoked, "revoked"));
    if (!model.clients.empty()) pairs.emplace_back("clients", OfClients(model.clients));
    std::vector<Pair> methods;
    for (const Method& method : model.methods) methods.emplace_back(method.key, OfMethod(method));
    pairs.emplace_back("methods", Shuffled(std::move(methods)));
    return Shuffled(std::move(pairs));
  }

 private:
  Node Shuffled(std::vector<Pair> pairs) {
    style_.Shuffle(pairs);
    return Map(std::move(pairs));
  }

  static void AddText(std::vector<Pair>& pairs, const char* key, const std::string& text) {
    if (!text.empty()) pairs.emplace_back(key, Text(text));
  }

  Node OfAuthorities(const Model& model) {
    std::vector<Pair> pairs;
    for (const Authority& authority : model.authorities) {
      pairs.emplace_back(authority.name, Map({{"ca_file", Text(authority.ca_file)}}));
    }
    return Shuffled(std::move(pairs));
  }

  Node OfClients(const std::vector<ClientSet>& clients) {
    std::vector<Pair> pairs;
    for (const ClientSet& set : clients) pairs.emplace_back(set.name, OfEntries(set.entries, ""));
    return Shuffled(std::move(pairs));
  }

  Node OfMethod(const Method& method) {
    std::vector<Pair> pairs;
    AddText(pairs, "mode", method.mode);
    if (!method.allow.empty()) {
      pairs.emplace_back("allow", OfEntries(method.allow, method.key + " allow"));
    }
    if (!method.deny.empty()) {
      pairs.emplace_back("deny", OfEntries(method.deny, method.key + " deny"));
    }
    return Shuffled(std::move(pairs));
  }

  // `list` names the entries; those of client sets are no rules and have no name.
  Node OfEntries(const std::vector<Entry>& entries, const std::string& list) {
    std::vector<Node> items;
    for (const Entry& entry : entries) {
      Node item = OfEntry(entry);
      const std::string place = list + "[" + std::to_string(items.size() + 1) + "]";
      if (!list.empty()) item.rule = entry.id.empty() ? place : entry.id;
      items.push_back(std::move(item));
    }
    return List(std::move(items));
  }

  Node OfEntry(const Entry& entry) {
    std::vector<Pair> pairs;
    for (const Condition& condition : entry.conditions) {
      pairs.emplace_back(condition.field, OfCondition(condition));
    }
    AddText(pairs, "id", entry.id);
    AddText(pairs, "owner", entry.owner);
    AddText(pairs, "reason", entry.reason);
    if (entry.expires) pairs.emplace_back("expires", Text(TimeText(*entry.expires)));
    return Shuffled(std::move(pairs));
  }

  Node OfCondition(const Condition& condition) {
    if (condition.field == "any") return Word("true");
    if (condition.values.size() == 1 && !style_.OneIn(4)) return OfValue(condition.values[0]);
    std::vector<Node> items;
    for (const Value& value : condition.values) items.push_back(OfValue(value));
    style_.Shuffle(items);
    return List(std::move(items));
  }

  Node OfValue(const Value& value) {
    if (value.form == Form::kRegex) return Map({{"regex", Text(value.text)}});
    const bool may_be_exact = value.text.find('*') == std::string::npos;
    if (value.form == Form::kExact || (may_be_exact && style_.OneIn(12))) {
      return Map({{"exact", Text(value.text)}});
    }
    return Text(value.text);
  }

  // A date where the time is the beginning of one, else a time in some zone.
  std::string TimeText(absl::Time time) {
    const absl::TimeZone utc = absl::UTCTimeZone();
    const bool is_midnight = absl::FromCivil(absl::ToCivilDay(time, utc), utc) == time;
    if (is_midnight && !style_.OneIn(3)) return absl::FormatTime("%Y-%m-%d", time, utc);
    constexpr int kMinutesAhead[] = {0, 60, -510, 1439};
    const std::uint32_t zone = style_.Below(4);
    const absl::TimeZone there = absl::FixedTimeZone(kMinutesAhead[zone] * 60);
    std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%E*S", time, there);
    text += zone == 0 && style_.Below(2) == 0 ? "Z" : absl::FormatTime("%Ez", time, there);
    if (style_.OneIn(4)) {
      for (char& c : text) c = static_cast<char>(std::tolower(c));
    }
    return text;
  }

  Style& style_;
};

}  // namespace

YamlText WritePolicy(const Model& model, std::uint32_t style) {
  Style choices(style);
  return WriteYaml(PolicyWriter(choices).OfModel(model), choices);
}

}  // namespace certgate::oracle
