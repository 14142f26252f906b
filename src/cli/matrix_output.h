#ifndef CERTGATE_SRC_CLI_MATRIX_OUTPUT_H_
#define CERTGATE_SRC_CLI_MATRIX_OUTPUT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/analysis/access_matrix.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"

namespace certgate {

/// The forms of `certgate matrix`. Each takes the matrix of `source` and returns the whole output.

/// A table for a terminal: methods by letters, with a key above it.
std::string MatrixAsText(const AccessMatrix& matrix, const PolicySource& source,
                         const Terminal& terminal);
/// RFC 4180, one row for each kind of caller. A field that a spreadsheet would take for a formula
/// (it begins with `=`, `+`, `-` or `@`) gets an apostrophe before it.
std::string MatrixAsCsv(const AccessMatrix& matrix);
nlohmann::ordered_json MatrixAsJson(const AccessMatrix& matrix, const PolicySource& source);
/// One page that needs nothing else: works from a file, loads nothing, and shows the policy's text
/// with an anchor for each line, to which the cells link.
std::string MatrixAsHtml(const AccessMatrix& matrix, const PolicySource& source);

/// "allowed by `greeter-app`, line 29, except those of `lost-laptop`"; empty for `kNone`.
std::string DescribeCell(const MatrixCell& cell);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_MATRIX_OUTPUT_H_
