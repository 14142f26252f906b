#include "src/cli/audit_row.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "src/cli/csv_field.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kTimeWidth = 24;
constexpr std::size_t kDecisionWidth = 9;
constexpr std::size_t kCallerWidth = 20;
constexpr std::size_t kAddressWidth = 15;
constexpr std::size_t kMethodWidth = 32;

bool IsOfCall(const ParsedRecord& record) {
  return record.action == "authorize" || record.action == "revoke-call" ||
         record.action == "call-end";
}

std::string Padded(const std::string& text, std::size_t width) {
  const std::size_t characters = CountCharacters(text);
  return text + std::string(width > characters ? width - characters : 0, ' ') + "  ";
}

// Milliseconds are enough for people: `2026-11-22T08:00:00.123Z`.
std::string ShortTime(std::string_view time) {
  constexpr std::size_t kMilliseconds = 23;
  if (time.size() != kMilliseconds + 4 || !time.ends_with('Z')) return MakePrintable(time);
  return MakePrintable(time.substr(0, kMilliseconds)) + "Z";
}

std::string Method(const ParsedRecord& record) {
  if (record.method.empty()) return "";
  const bool has_slash = record.method.starts_with('/');
  return (has_slash ? "" : "/") + MakePrintable(record.method);
}

Style StyleOf(std::string_view word) {
  if (word == "allowed") return Style::kGreen;
  if (word == "denied" || word == "counted") return Style::kRed;
  if (word == "observed" || word == "ended") return Style::kYellow;
  return Style::kBlue;
}

void AppendText(std::string_view words, std::string_view text, std::string& out) {
  if (text.empty()) return;
  if (!out.empty()) out += ", ";
  out += words;
  out += MakePrintable(text);
}

std::string Counted(const ParsedRecord& record) {
  std::string why = std::to_string(record.suppressed) + " times";
  AppendText("", record.suppressed_reason, why);
  AppendText("", record.reason, why);
  AppendText("since ", record.since, why);
  return why;
}

std::string Join(const std::vector<std::string_view>& texts) {
  std::string joined;
  for (const std::string_view text : texts) {
    if (!joined.empty()) joined += ' ';
    joined += text;
  }
  return joined;
}

}  // namespace

std::string_view DecisionWord(const ParsedRecord& record) {
  if (record.action == "revoke-call") return "ended";
  if (record.action == "audit-suppressed") return "counted";
  if (record.action != "authorize") return record.action;
  if (!record.is_allowed()) return "denied";
  return record.reason == "would_deny" ? "observed" : "allowed";
}

std::string DescribeWhy(const ParsedRecord& record) {
  if (record.action == "audit-suppressed") return Counted(record);
  if (!IsOfCall(record)) return MakePrintable(record.message);
  std::string why;
  AppendText("", record.status, why);
  if (record.reason != "allowed") AppendText("", record.reason, why);
  AppendText("", record.observed_reason, why);
  AppendText("rule ", record.rule, why);
  AppendText("nearest ", record.nearest_rule, why);
  if (!record.nearest_failed.empty()) why += ": " + MakePrintable(record.nearest_failed);
  return why;
}

std::string AuditTextRow(const ParsedRecord& record, const Terminal& terminal) {
  const std::string word = MakePrintable(DecisionWord(record));
  const std::string padded = Padded(word, kDecisionWidth);
  std::string row = Padded(ShortTime(record.time), kTimeWidth);
  row += terminal.Paint(StyleOf(word), word) + padded.substr(word.size());
  std::string_view caller = CallerOf(record);
  if (caller.empty() && IsOfCall(record)) caller = "no certificate";
  row += Padded(MakePrintable(caller), kCallerWidth);
  row += Padded(MakePrintable(record.address), kAddressWidth);
  row += Padded(Method(record), kMethodWidth);
  row += DescribeWhy(record);
  row.erase(row.find_last_not_of(' ') + 1);
  row += '\n';
  return row;
}

std::string AuditTextHeader(const Terminal& terminal) {
  const std::string header = Padded("TIME (UTC)", kTimeWidth) + Padded("DECISION", kDecisionWidth) +
                             Padded("CALLER", kCallerWidth) + Padded("FROM", kAddressWidth) +
                             Padded("METHOD", kMethodWidth) + "WHY";
  return terminal.Paint(Style::kBold, header) + '\n';
}

std::string AuditCsvHeader() {
  return "time,action,decision,calls,caller,organizational_units,alternative_names,subject,"
         "fingerprint,method,address,reason,rule,nearest_rule,policy,policy_version,id,sequence,"
         "message\r\n";
}

std::string AuditCsvRow(const ParsedRecord& record) {
  const bool is_counted = record.action == "audit-suppressed";
  const std::string calls = std::to_string(record.calls());
  const std::string sequence = std::to_string(record.sequence);
  const std::string units = Join(record.units);
  const std::string names = Join(record.alternative_names);
  const std::string method = Method(record);
  const std::array<std::string_view, 19> fields = {
      record.time,    record.action,       DecisionWord(record),
      calls,          CallerOf(record),    units,
      names,          record.subject,      record.sha256,
      method,         record.address,      is_counted ? record.suppressed_reason : record.reason,
      record.rule,    record.nearest_rule, record.ruleset,
      record.version, record.id,           sequence,
      record.message};
  std::string row;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) row += ',';
    row += CsvField(MakePrintable(fields[i]));
  }
  return row + "\r\n";
}

}  // namespace certgate
