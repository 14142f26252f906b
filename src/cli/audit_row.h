#ifndef CERTGATE_SRC_CLI_AUDIT_ROW_H_
#define CERTGATE_SRC_CLI_AUDIT_ROW_H_

#include <string>

#include "src/cli/terminal.h"
#include "src/trail/record_reader.h"

namespace certgate {

/// What became of a call, in a word: `allowed`, `observed` (let through under `mode: observe`),
/// `denied`, `ended`; of other records, their kind.
std::string_view DecisionWord(const ParsedRecord& record);

/// Why: the rule, the reason and the nearest rule, or what was counted, in a phrase. Printable.
std::string DescribeWhy(const ParsedRecord& record);

/// A record as a line of a table, which ends with a line break; the columns have the same width in
/// all of them unless a text is longer. Printable. Thread-safe.
std::string AuditTextRow(const ParsedRecord& record, const Terminal& terminal);
std::string AuditTextHeader(const Terminal& terminal);

/// A record as a row of RFC 4180, safe for spreadsheets as `CsvField` has it. Thread-safe.
std::string AuditCsvRow(const ParsedRecord& record);
std::string AuditCsvHeader();

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_ROW_H_
