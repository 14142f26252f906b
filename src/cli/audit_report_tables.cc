#include "src/cli/audit_report_tables.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "src/cli/audit_stats_report.h"
#include "src/cli/call_chart.h"
#include "src/cli/html_cells.h"
#include "src/cli/html_page.h"

namespace certgate {

std::string DenialRows(const ReportInput& input) {
  const std::vector<DenialUsage> denials = input.report.usage.Denials();
  if (denials.empty()) return NoRow(7, "Nothing was denied.");
  std::string html;
  for (std::size_t i = 0; i < std::min(input.top, denials.size()); ++i) {
    const DenialUsage& one = denials[i];
    absl::StrAppend(
        &html, "<tr><th scope=\"row\">", NameHtml(one.caller, "no certificate"), "</th>",
        TextCell(NameHtml(one.method, "various methods")), TextCell(EscapeHtml(one.reason)),
        NumberCell(one.count, "denied"), TimeCell(one.seen.first), TimeCell(one.seen.last),
        TextCell(absl::StrCat("<code>", EscapeHtml(one.example), "</code>")), "</tr>\n");
  }
  if (denials.size() <= input.top) return html;
  std::uint64_t others = 0;
  for (std::size_t i = input.top; i < denials.size(); ++i) others += denials[i].count;
  return html + absl::StrCat("<tr class=\"sum\"><th scope=\"row\"><em>",
                             Grouped(denials.size() - input.top),
                             " others</em></th><td></td><td></td>", NumberCell(others, "denied"),
                             "<td></td><td></td><td></td></tr>\n");
}

std::string RuleRows(const ReportInput& input) {
  const std::vector<RuleUsage> rules = input.report.usage.Rules();
  if (rules.empty()) return NoRow(5, "No entry of a policy decided a call.");
  std::string html;
  for (std::size_t i = 0; i < std::min(input.top, rules.size()); ++i) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", EscapeHtml(rules[i].rule), "</th>",
                    TextCell(EscapeHtml(rules[i].ruleset)), NumberCell(rules[i].count),
                    TimeCell(rules[i].seen.first), TimeCell(rules[i].seen.last), "</tr>\n");
  }
  if (rules.size() <= input.top) return html;
  std::uint64_t others = 0;
  for (std::size_t i = input.top; i < rules.size(); ++i) others += rules[i].count;
  return html + absl::StrCat("<tr class=\"sum\"><th scope=\"row\"><em>",
                             Grouped(rules.size() - input.top), " others</em></th><td></td>",
                             NumberCell(others), "<td></td><td></td></tr>\n");
}

std::string UnusedRulesHtml(const ReportInput& input) {
  if (input.policy == nullptr) {
    return "<p class=\"note\">Entries that decided no call can be told only of a policy that is "
           "given with <code>--policy</code>.</p>\n";
  }
  const std::string file = EscapeHtml(input.policy->file);
  const std::vector<Rule> unused = UnusedRules(input.report.usage, *input.policy);
  if (unused.empty()) {
    return absl::StrCat("<p>Each entry of <code>", file, "</code> decided a call.</p>\n");
  }
  std::string html = absl::StrCat(
      "<p>", Grouped(unused.size()), " of ", Grouped(RulesOf(input.policy->document).size()),
      " entries of <code>", file, "</code> decided no call:</p>\n<ul>\n");
  for (const Rule& rule : unused) {
    absl::StrAppend(&html, "<li><code>", EscapeHtml(rule.name()), "</code>, line ",
                    rule.entry->location.line, "</li>\n");
  }
  return html + "</ul>\n";
}

std::string EventRows(const ReportInput& input) {
  const NotableRecords& notable = input.report.notable;
  if (notable.records().empty()) return NoRow(4, "Nothing of the kind is recorded.");
  std::string html;
  for (const NotableRecord& record : notable.records()) {
    absl::StrAppend(&html, "<tr", record.is_bad ? " class=\"bad\"" : "", ">", TimeCell(record.time),
                    TextCell(EscapeHtml(record.action)), TextCell(EscapeHtml(record.message)),
                    TextCell(absl::StrCat("<code>", EscapeHtml(record.id), "</code>")), "</tr>\n");
  }
  return html;
}

std::string EventNote(const ReportInput& input) {
  const NotableRecords& notable = input.report.notable;
  if (notable.count() == notable.records().size()) return "";
  return absl::StrCat("<p class=\"note\">The latest ", Grouped(notable.records().size()), " of ",
                      Grouped(notable.count()), ".</p>\n");
}

std::string HandshakeRows(const ReportInput& input) {
  const std::vector<HandshakeUsage> causes = input.report.notable.Handshakes();
  if (causes.empty()) return NoRow(4, "No handshake failed.");
  std::string html;
  std::uint64_t told = 0;
  for (std::size_t i = 0; i < std::min(input.top, causes.size()); ++i) {
    told += causes[i].count;
    absl::StrAppend(&html, "<tr><th scope=\"row\">", NameHtml(causes[i].cause, "unknown"), "</th>",
                    NumberCell(causes[i].count), TimeCell(causes[i].seen.first),
                    TimeCell(causes[i].seen.last), "</tr>\n");
  }
  const std::uint64_t others = input.report.notable.failed_handshakes() - told;
  if (others == 0) return html;
  return html + absl::StrCat("<tr class=\"sum\"><th scope=\"row\"><em>others</em></th>",
                             NumberCell(others), "<td></td><td></td></tr>\n");
}

}  // namespace certgate
