#ifndef CERTGATE_SRC_CLI_AUDIT_REPORT_TABLES_H_
#define CERTGATE_SRC_CLI_AUDIT_REPORT_TABLES_H_

#include <string>

#include "src/cli/audit_report_page.h"

namespace certgate {

/// Rows of HTML for the tables of a report, at most `ReportInput::top` of them and one for the
/// rest.
std::string DenialRows(const ReportInput& input);
std::string RuleRows(const ReportInput& input);
std::string HandshakeRows(const ReportInput& input);
std::string EventRows(const ReportInput& input);
/// What the table of events lacks; empty if nothing.
std::string EventNote(const ReportInput& input);
/// The entries of the policy that decided no call.
std::string UnusedRulesHtml(const ReportInput& input);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_REPORT_TABLES_H_
