#include "src/cli/audit_report_page.h"

#include <absl/strings/str_cat.h>

#include <string_view>
#include <vector>

#include "src/cli/audit_report_calls.h"
#include "src/cli/audit_report_tables.h"
#include "src/cli/call_chart.h"
#include "src/cli/html_cells.h"
#include "src/cli/html_page.h"

namespace certgate {

// src/cli/audit_report.html, embedded by the build.
extern const unsigned char kReportPage[];
extern const std::size_t kReportPageSize;

namespace {

std::string Card(const char* label, const std::string& value, const char* kind = "") {
  return absl::StrCat("<div class=\"card ", kind, "\"><dt>", label, "</dt><dd>", value,
                      "</dd></div>\n");
}

std::string Cards(const ReportInput& input, std::size_t callers, std::size_t methods) {
  const CallUsage& total = input.report.usage.total();
  std::string html = Card("Calls", Grouped(total.calls()));
  html += Card("Allowed", Grouped(total.allowed), "allowed");
  if (total.observed > 0)
    html += Card("Let through under observe", Grouped(total.observed), "observed");
  html += Card("Denied", Grouped(total.denied), "denied");
  html += Card("Callers", Grouped(callers));
  html += Card("Methods", Grouped(methods));
  if (total.ended > 0) html += Card("Ended while running", Grouped(total.ended));
  return html + Card("Failed handshakes", Grouped(input.report.notable.failed_handshakes()));
}

// What is not in the trail's numbers, and is to be known.
std::string Accounts(const ReportInput& input) {
  std::string html;
  for (const auto& [reason, count] : input.report.usage.suppressed()) {
    const bool is_flood = reason == "flood";
    absl::StrAppend(
        &html, "<p class=\"note\">", Grouped(count), " ",
        is_flood ? "of the denied calls were counted and have no record of their own."
        : reason == "unwritable"
            ? "calls and other events could not be recorded; the calls were refused, and "
              "are in no table."
            : "records were lost because a queue was full; they are in no table.",
        "</p>\n");
  }
  return html;
}

std::string Verdict(const ReportInput& input) {
  const VerifyResult& result = input.verified;
  if (!input.read.ok()) {
    return absl::StrCat("<p class=\"verdict bad\"><strong>Not all could be read.</strong> ",
                        EscapeHtml(std::string(input.read.message())), "</p>\n");
  }
  if (result.fault.has_value()) {
    std::string place = result.fault->file;
    if (result.fault->line > 0) absl::StrAppend(&place, ":", result.fault->line);
    return absl::StrCat(
        "<p class=\"verdict bad\"><strong>The trail is not as it was written.</strong> <code>",
        EscapeHtml(place), "</code>: ", EscapeHtml(result.fault->message),
        result.further_faults > 0
            ? absl::StrCat("; ", Grouped(result.further_faults), " more faults")
            : "",
        ". <code>certgate audit verify</code> tells more.</p>\n");
  }
  std::string html =
      "<p class=\"verdict good\"><strong>The trail is as it was written:</strong> the "
      "hashes of all records fit";
  absl::StrAppend(&html, input.has_key ? ", and all signatures hold.</p>\n"
                                       : "; signatures were not looked at.</p>\n");
  return html;
}

std::string TrailRows(const ReportInput& input) {
  std::string html;
  for (const TrailSummary& trail : input.verified.trails) {
    std::string files;
    for (const std::string& file : trail.files) {
      absl::StrAppend(&files, files.empty() ? "" : "<br>", EscapeHtml(file));
    }
    std::string is_signed = "not signed";
    if (trail.signed_until.has_value()) {
      is_signed = absl::StrCat("signed up to record ", Grouped(trail.signed_until->sequence));
    } else if (trail.has_signatures) {
      is_signed = "signed, not looked at";
    }
    absl::StrAppend(
        &html, "<tr><th scope=\"row\">", files, "</th>", NumberCell(trail.records),
        TextCell(absl::StrCat(Grouped(trail.first.sequence), " to ", Grouped(trail.last.sequence))),
        TimeCell(trail.first.time), TimeCell(trail.last.time), TextCell(is_signed),
        TextCell(trail.is_closed ? "closed" : "open"),
        TextCell(absl::StrCat("<code class=\"hash\">", EscapeHtml(trail.last.hash), "</code>")),
        "</tr>\n");
  }
  return html.empty() ? NoRow(8, "There is no record.") : html;
}

std::string Notes(const ReportInput& input) {
  std::string html;
  if (input.is_selection) {
    html +=
        "<p class=\"note\">Only some of the records are reported on: the command line selects "
        "them. All were verified.</p>\n";
  }
  for (const std::string& note : input.verified.notes) {
    absl::StrAppend(&html, "<p class=\"note\">", EscapeHtml(note), "</p>\n");
  }
  return html;
}

}  // namespace

std::string ReportAsHtml(const ReportInput& input) {
  const TrailUsage& usage = input.report.usage;
  const std::vector<CallUsage> calls = usage.Calls();
  const std::vector<CallSum> callers = SumsBy(calls, &CallUsage::caller);
  const std::vector<CallSum> methods = SumsBy(calls, &CallUsage::method);
  const std::string chart = CallChart(input.report.timeline);
  const std::string span = usage.records() == 0 ? "no record"
                                                : TimeHtml(usage.seen().first) + " to " +
                                                      TimeHtml(usage.seen().last) + " UTC";
  const std::string_view page(reinterpret_cast<const char*>(kReportPage), kReportPageSize);
  return FillPage(
      page, {{"span", span},
             {"records", Grouped(usage.records())},
             {"made_at", absl::FormatTime("%F %H:%M:%S", input.made_at, absl::UTCTimeZone())},
             {"verdict", Verdict(input)},
             {"notes", Notes(input)},
             {"cards", Cards(input, callers.size(), methods.size())},
             {"accounts", Accounts(input)},
             {"chart", chart.empty() ? "<p class=\"none\">There was no call.</p>" : chart},
             {"callers", callers.empty()
                             ? NoRow(9, "Nobody called.")
                             : SumRows(callers, input.top, usage.ungrouped(), "no certificate")},
             {"methods", methods.empty()
                             ? NoRow(9, "Nothing was called.")
                             : SumRows(methods, input.top, usage.ungrouped(), "various methods")},
             {"denials", DenialRows(input)},
             {"rules", RuleRows(input)},
             {"unused", UnusedRulesHtml(input)},
             {"events", EventRows(input)},
             {"event_note", EventNote(input)},
             {"handshakes", HandshakeRows(input)},
             {"trails", TrailRows(input)}});
}

}  // namespace certgate
