#include <ostream>

#include "src/cli/check_report.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

std::string Counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::vector<Diagnostic> WithRuleNames(const std::vector<Finding>& findings) {
  std::vector<Diagnostic> diagnostics;
  for (const Finding& finding : findings) {
    Diagnostic& diagnostic = diagnostics.emplace_back(finding.diagnostic);
    // Of an error the name of the rule says nothing that the message does not.
    if (finding.rule == FindingRule::kPolicyError) continue;
    diagnostic.message += " [";
    diagnostic.message += ToString(finding.rule);
    diagnostic.message += "]";
  }
  return diagnostics;
}

std::string Summary(const CheckedFile& file, const Terminal& terminal) {
  const FindingCounts& counts = file.counts;
  std::string text = file.is_valid ? terminal.Paint(Style::kGreen, "valid")
                                   : terminal.Paint(Style::kRed, Counted(counts.errors, "error"));
  if (counts.warnings == 0) return text;
  text += ", ";
  return text += terminal.Paint(Style::kYellow, Counted(counts.warnings, "warning"));
}

}  // namespace

void PrintCheck(const std::vector<CheckedFile>& files, const Terminal& terminal) {
  for (const CheckedFile& file : files) {
    terminal.Print(WithRuleNames(file.findings));
    terminal.out() << MakePrintable(file.file) << ": " << Summary(file, terminal) << '\n';
  }
}

}  // namespace certgate
