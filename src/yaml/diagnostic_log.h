#ifndef CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_
#define CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// What is wrong with a value, before its place is known.
struct Problem {
  std::string message;
  std::string hint;
};

/// Collects the diagnostics of one file. Not thread-safe.
class DiagnosticLog {
 public:
  /// The most diagnostics that `Finish` gives; one more counts the rest.
  static constexpr std::size_t kMostShown = 100;

  /// `text` is borrowed and must outlive the log; `file` is the name to show.
  DiagnosticLog(std::string_view text, std::string file);

  void Error(SourceLocation location, std::string message, std::string hint = {});
  void Error(SourceLocation location, Problem problem);

  /// Forgets the errors at `location` and behind it: for a mistake that makes all that was read
  /// after it meaningless, such as a bracket that is never closed.
  void ForgetFrom(SourceLocation location);

  std::size_t count() const { return count_; }
  std::string_view text() const { return text_; }

  /// All diagnostics, sorted by place, each once, with their source lines.
  std::vector<Diagnostic> Finish() &&;

 private:
  void AddSourceLines(std::vector<Diagnostic>& diagnostics) const;

  std::string_view text_;
  std::string file_;
  std::size_t count_ = 0;
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_DIAGNOSTIC_LOG_H_
