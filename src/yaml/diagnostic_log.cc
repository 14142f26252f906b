#include "src/yaml/diagnostic_log.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace certgate {
namespace {

// More are only counted: a hostile file could hold millions of mistakes.
constexpr std::size_t kMostKept = 10'000;
// A longer line is not worth showing, and a hundred of them would take much memory.
constexpr std::size_t kLongestSourceLine = 64 * 1024;

bool IsBefore(const Diagnostic& a, const Diagnostic& b) {
  return std::tie(a.location.line, a.location.column) <
         std::tie(b.location.line, b.location.column);
}

bool IsSame(const Diagnostic& a, const Diagnostic& b) {
  return a.location == b.location && a.message == b.message;
}

constexpr std::string_view kRestPrefix = "and ";

std::string_view WithoutCarriageReturn(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

const char* More(bool errors, std::size_t count) {
  if (errors) return count == 1 ? " more error" : " more errors";
  return count == 1 ? " more warning" : " more warnings";
}

}  // namespace

DiagnosticLog::DiagnosticLog(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)) {}

void DiagnosticLog::Error(SourceLocation location, std::string message, std::string hint) {
  ++error_count_;
  Add(Diagnostic::Severity::kError, location, std::move(message), std::move(hint));
}

void DiagnosticLog::Error(SourceLocation location, Problem problem) {
  Error(location, std::move(problem.message), std::move(problem.hint));
}

void DiagnosticLog::Warn(SourceLocation location, Problem problem) {
  Add(Diagnostic::Severity::kWarning, location, std::move(problem.message),
      std::move(problem.hint));
}

void DiagnosticLog::Note(SourceLocation location, Problem problem) {
  Add(Diagnostic::Severity::kNote, location, std::move(problem.message), std::move(problem.hint));
}

void DiagnosticLog::Add(Diagnostic::Severity severity, SourceLocation location, std::string message,
                        std::string hint) {
  ++count_;
  if (diagnostics_.size() == kMostKept) return;
  diagnostics_.push_back({.severity = severity,
                          .file = file_,
                          .location = location,
                          .message = std::move(message),
                          .hint = std::move(hint),
                          .source_line = {}});
}

void DiagnosticLog::ForgetFrom(SourceLocation location) {
  Diagnostic limit;
  limit.location = location;
  std::size_t forgotten_errors = 0;
  const std::size_t forgotten = std::erase_if(diagnostics_, [&](const Diagnostic& other) {
    const bool is_forgotten = !IsBefore(other, limit);
    if (is_forgotten && other.severity == Diagnostic::Severity::kError) ++forgotten_errors;
    return is_forgotten;
  });
  count_ -= forgotten;
  error_count_ -= forgotten_errors;
}

std::vector<Diagnostic> DiagnosticLog::Finish() && {
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(), IsBefore);
  const auto repeated = std::unique(diagnostics_.begin(), diagnostics_.end(), IsSame);
  count_ -= static_cast<std::size_t>(diagnostics_.end() - repeated);
  diagnostics_.erase(repeated, diagnostics_.end());
  if (diagnostics_.size() > kMostShown) diagnostics_.resize(kMostShown);
  AddSourceLines(diagnostics_);
  if (const std::size_t rest = count_ - diagnostics_.size(); rest > 0) {
    diagnostics_.push_back(
        {.severity =
             error_count_ > 0 ? Diagnostic::Severity::kError : Diagnostic::Severity::kWarning,
         .file = file_,
         .location = {},
         .message = std::string(kRestPrefix) + std::to_string(rest) + More(error_count_ > 0, rest),
         .hint = {},
         .source_line = {}});
  }
  return std::move(diagnostics_);
}

std::optional<std::size_t> CountOfRest(const Diagnostic& diagnostic) {
  const std::string_view message = diagnostic.message;
  if (diagnostic.location.line != 0 || !message.starts_with(kRestPrefix)) return std::nullopt;
  const std::string_view number = message.substr(kRestPrefix.size());
  std::size_t rest = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), rest);
  const bool is_rest = error == std::errc() &&
                       std::string_view(end, number.data() + number.size()).starts_with(" more ");
  return is_rest ? std::optional(rest) : std::nullopt;
}

void DiagnosticLog::AddSourceLines(std::vector<Diagnostic>& diagnostics) const {
  std::size_t line = 1;
  std::size_t begin = text_.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  for (Diagnostic& diagnostic : diagnostics) {
    for (; line < diagnostic.location.line && begin < text_.size(); ++line) {
      const std::size_t end = text_.find('\n', begin);
      begin = end == text_.npos ? text_.size() : end + 1;
    }
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    if (line == diagnostic.location.line && end - begin <= kLongestSourceLine) {
      diagnostic.source_line = WithoutCarriageReturn(text_.substr(begin, end - begin));
    }
  }
}

}  // namespace certgate
