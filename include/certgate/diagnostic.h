#ifndef CERTGATE_DIAGNOSTIC_H_
#define CERTGATE_DIAGNOSTIC_H_

#include <cstddef>
#include <string>
#include <vector>

namespace certgate {

/// A place in a text file. Both numbers count from 1; 0 means that the place is not known (a file
/// that cannot be opened has no line). Columns count Unicode characters, not bytes.
struct SourceLocation {
  std::size_t line = 0;
  std::size_t column = 0;

  friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

/// One thing that is wrong with an input file, told to the person who wrote it.
struct Diagnostic {
  /// An error makes the file useless; a warning says what is probably not meant; a note says what
  /// cannot be known.
  enum class Severity { kError, kWarning, kNote };

  Severity severity = Severity::kError;
  /// The file's name as the caller gave it; empty where the message names it.
  std::string file;
  SourceLocation location;
  /// What is wrong, lower case and without a full stop, user input in backticks.
  std::string message;
  /// What to do about it, or empty.
  std::string hint;
  /// The text of the line, for the caret; empty where there is none. UTF-8, as in the file.
  std::string source_line;
};

/// True if at least one of `diagnostics` is an error. Thread-safe.
bool HasErrors(const std::vector<Diagnostic>& diagnostics);

/// Renders one diagnostic for a terminal, with the line, a caret below the column and the hint:
///
///     policy.yaml:7:9: error: unknown key `alow`
///         7 |     alow:
///           |     ^
///           = did you mean `allow`?
///
/// Control characters of the source line are shown as `?`, so that a hostile file cannot drive a
/// terminal. Ends with a newline. Thread-safe.
std::string Render(const Diagnostic& diagnostic);

/// Renders all of `diagnostics` in their order, one after the other. Thread-safe.
std::string Render(const std::vector<Diagnostic>& diagnostics);

}  // namespace certgate

#endif  // CERTGATE_DIAGNOSTIC_H_
