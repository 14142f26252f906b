#ifndef CERTGATE_SRC_YAML_SYNTAX_ERROR_H_
#define CERTGATE_SRC_YAML_SYNTAX_ERROR_H_

#include <cstddef>
#include <string_view>

#include "src/yaml/bracket_scan.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What is wrong with the syntax, and the byte offset at which to show it.
struct SyntaxError {
  std::size_t offset = 0;
  Problem problem;
  /// True if what was read from `offset` on means nothing.
  bool spoils_rest = false;
};

/// Explains in our words why yaml-cpp gave up at `offset` with `message`. `findings` are those of
/// `ScanBrackets` on the same text.
SyntaxError ExplainSyntaxError(std::string_view text, std::size_t offset, std::string_view message,
                               const BracketFindings& findings);

/// The same for a bracket or quote that is never closed, or closed by another; for other findings
/// the result has no message.
SyntaxError ExplainFindings(std::string_view text, const BracketFindings& findings);

/// For a value that begins with `*`, `&` or `!` at `offset`.
Problem AliasProblem(std::string_view text, std::size_t offset);
Problem AnchorProblem(std::string_view text, std::size_t offset);
Problem TagProblem(std::string_view text, std::size_t offset);

/// For a quote that is never closed.
Problem UnterminatedProblem(char quote);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_SYNTAX_ERROR_H_
