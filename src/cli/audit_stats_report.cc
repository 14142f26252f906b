#include "src/cli/audit_stats_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

std::string ShortTime(const std::string& time) {
  constexpr std::size_t kSeconds = 19;
  return MakePrintable(
      time.size() > kSeconds && time.ends_with('Z') ? time.substr(0, kSeconds) + "Z" : time);
}

std::string Named(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : MakePrintable(text);
}

// Columns as wide as their widest text, the last one without an end.
std::string Table(const std::vector<Row>& rows, const Terminal& terminal) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], CountCharacters(row[i]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] + 2 - CountCharacters(row[i]), ' ');
    }
    text += (&row == &rows.front() ? terminal.Paint(Style::kBold, line) : line) + '\n';
  }
  return text;
}

template <typename Usage, typename MakeRow>
std::string TopTable(const std::string& title, const std::vector<Usage>& usages, std::size_t top,
                     Row header, const Terminal& terminal, MakeRow make) {
  if (usages.empty()) return "";
  std::vector<Row> rows = {std::move(header)};
  for (std::size_t i = 0; i < std::min(top, usages.size()); ++i) rows.push_back(make(usages[i]));
  std::string text = "\n" + title + "\n" + Table(rows, terminal);
  if (usages.size() > top) {
    text += "and " + std::to_string(usages.size() - top) + " more; --top shows them\n";
  }
  return text;
}

std::string Plural(std::uint64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::string Totals(const TrailUsage& usage) {
  const CallUsage& total = usage.total();
  std::string text = Plural(usage.records(), "record") + ", " + ShortTime(usage.seen().first) +
                     " to " + ShortTime(usage.seen().last) + '\n';
  text += Plural(total.calls(), "call") + ": " + std::to_string(total.allowed) + " allowed, " +
          std::to_string(total.denied) + " denied";
  if (total.observed > 0) {
    text += ", " + std::to_string(total.observed) + " let through under observe";
  }
  if (total.ended > 0) text += "; " + std::to_string(total.ended) + " ended while running";
  text += '\n';
  for (const auto& [action, count] : usage.actions()) {
    if (action == "authorize" || action == "revoke-call") continue;
    text += "  " + MakePrintable(action) + ": " + std::to_string(count) + '\n';
  }
  for (const auto& [reason, count] : usage.suppressed()) {
    text +=
        "  counted and not written, " + MakePrintable(reason) + ": " + std::to_string(count) + '\n';
  }
  if (usage.ungrouped() > 0) {
    text += "  calls of callers beyond the first " + std::to_string(TrailUsage::kMostGroups) +
            ", in no table: " + std::to_string(usage.ungrouped()) + '\n';
  }
  return text;
}

std::string Unused(const TrailUsage& usage, const PolicySource& policy, const Terminal& terminal) {
  const std::vector<Rule> unused = UnusedRules(usage, policy);
  const std::string file = MakePrintable(policy.file);
  if (unused.empty()) return "\neach entry of " + file + " decided a call\n";
  std::string text = "\n" + std::to_string(unused.size()) + " of " +
                     std::to_string(RulesOf(policy.document).size()) + " entries of " + file +
                     " decided no call\n";
  for (const Rule& rule : unused) {
    text += "  " + terminal.Paint(Style::kYellow, MakePrintable(rule.name())) + "  (" + file + ":" +
            std::to_string(rule.entry->location.line) + ")\n";
  }
  return text;
}

Json SpanJson(Json json, const TimeSpan& seen) {
  json["first"] = seen.first;
  json["last"] = seen.last;
  return json;
}

Json CountsJson(const CallUsage& usage) {
  return {{"calls", usage.calls()},
          {"allowed", usage.allowed},
          {"observed", usage.observed},
          {"denied", usage.denied},
          {"ended", usage.ended}};
}

template <typename Usage, typename MakeJson>
Json ListJson(const std::vector<Usage>& usages, std::size_t top, MakeJson make) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(top, usages.size()); ++i) {
    list.push_back(SpanJson(make(usages[i]), usages[i].seen));
  }
  return list;
}

}  // namespace

std::vector<Rule> UnusedRules(const TrailUsage& usage, const PolicySource& policy) {
  std::set<std::string> used;
  for (const RuleUsage& one : usage.Rules()) {
    if (one.ruleset == policy.document.name) used.insert(one.rule);
  }
  std::vector<Rule> unused;
  for (const Rule& rule : RulesOf(policy.document)) {
    if (used.count(rule.name()) == 0) unused.push_back(rule);
  }
  return unused;
}

std::string StatsAsText(const TrailUsage& usage, const StatsOptions& options,
                        const Terminal& terminal) {
  if (usage.records() == 0) return "no record matches\n";
  std::string text = Totals(usage);
  text +=
      TopTable("who called what", usage.Calls(), options.top,
               {"CALLS", "ALLOWED", "DENIED", "CALLER", "METHOD", "FIRST", "LAST"}, terminal,
               [](const CallUsage& one) -> Row {
                 return {std::to_string(one.calls()),  std::to_string(one.allowed + one.observed),
                         std::to_string(one.denied),   Named(one.caller, "no certificate"),
                         Named(one.method, "various"), ShortTime(one.seen.first),
                         ShortTime(one.seen.last)};
               });
  text += TopTable("what was denied", usage.Denials(), options.top,
                   {"DENIED", "CALLER", "METHOD", "REASON", "FIRST", "LAST"}, terminal,
                   [](const DenialUsage& one) -> Row {
                     return {std::to_string(one.count),    Named(one.caller, "no certificate"),
                             Named(one.method, "various"), MakePrintable(one.reason),
                             ShortTime(one.seen.first),    ShortTime(one.seen.last)};
                   });
  if (options.policy != nullptr) text += Unused(usage, *options.policy, terminal);
  return text;
}

Json StatsAsJson(const TrailUsage& usage, const StatsOptions& options) {
  Json json;
  json["records"] = usage.records();
  json = SpanJson(std::move(json), usage.seen());
  json["total"] = CountsJson(usage.total());
  json["ungrouped"] = usage.ungrouped();
  // Lists, so that no name of a kind or reason is a key.
  json["kinds"] = Json::array();
  for (const auto& [action, count] : usage.actions()) {
    json["kinds"].push_back({{"action", action}, {"count", count}});
  }
  json["suppressed"] = Json::array();
  for (const auto& [reason, count] : usage.suppressed()) {
    json["suppressed"].push_back({{"reason", reason}, {"count", count}});
  }
  json["callers"] = ListJson(usage.Calls(), options.top, [](const CallUsage& one) {
    Json caller = {{"caller", one.caller}, {"method", one.method}};
    caller.update(CountsJson(one));
    return caller;
  });
  json["denials"] = ListJson(usage.Denials(), options.top, [](const DenialUsage& one) -> Json {
    return {{"caller", one.caller},
            {"method", one.method},
            {"reason", one.reason},
            {"count", one.count}};
  });
  json["rules"] = ListJson(usage.Rules(), options.top, [](const RuleUsage& one) -> Json {
    return {{"policy", one.ruleset}, {"rule", one.rule}, {"count", one.count}};
  });
  if (options.policy == nullptr) return json;
  json["unused_rules"] = Json::array();
  for (const Rule& rule : UnusedRules(usage, *options.policy)) {
    json["unused_rules"].push_back({{"rule", rule.name()}, {"line", rule.entry->location.line}});
  }
  return json;
}

}  // namespace certgate
