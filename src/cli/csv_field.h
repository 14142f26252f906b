#ifndef CERTGATE_SRC_CLI_CSV_FIELD_H_
#define CERTGATE_SRC_CLI_CSV_FIELD_H_

#include <string>

namespace certgate {

/// `text` as a field of RFC 4180, in quotes where it needs them. A text that a spreadsheet would
/// take for a formula (it begins with `=`, `+`, `-` or `@`) gets an apostrophe before it.
std::string CsvField(std::string text);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_CSV_FIELD_H_
