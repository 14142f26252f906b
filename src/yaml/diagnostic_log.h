#ifndef CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_
#define CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/files/problem.h"

namespace certgate {

/// Collects the diagnostics of one file. Not thread-safe.
class DiagnosticLog {
 public:
  /// The most diagnostics that `Finish` gives; one more counts the rest.
  static constexpr std::size_t kMostShown = 100;

  /// `text` is borrowed and must outlive the log; `file` is the name to show.
  DiagnosticLog(std::string_view text, std::string file);

  void Error(SourceLocation location, std::string message, std::string hint = {});
  void Error(SourceLocation location, Problem problem);
  /// What does not make the file useless.
  void Warn(SourceLocation location, Problem problem);
  void Note(SourceLocation location, Problem problem);

  /// Forgets the errors at `location` and behind it: for a mistake that makes all that was read
  /// after it meaningless, such as a bracket that is never closed.
  void ForgetFrom(SourceLocation location);

  /// The number of errors.
  std::size_t error_count() const { return error_count_; }
  std::string_view text() const { return text_; }

  /// All diagnostics, sorted by place, each once, with their source lines.
  std::vector<Diagnostic> Finish() &&;

 private:
  void Add(Diagnostic::Severity severity, SourceLocation location, std::string message,
           std::string hint);
  void AddSourceLines(std::vector<Diagnostic>& diagnostics) const;

  std::string_view text_;
  std::string file_;
  std::size_t error_count_ = 0;
  // Of all severities, those included that were too many to keep.
  std::size_t count_ = 0;
  std::vector<Diagnostic> diagnostics_;
};

/// The number in the diagnostic that counts the rest, "and 20 more errors"; nothing for others.
std::optional<std::size_t> CountOfRest(const Diagnostic& diagnostic);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_
