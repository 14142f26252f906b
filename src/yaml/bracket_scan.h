#ifndef CERTGATE_SRC_YAML_BRACKET_SCAN_H_
#define CERTGATE_SRC_YAML_BRACKET_SCAN_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace certgate {

/// What a quick look over a YAML text tells about its brackets and quotes; all are byte offsets.
struct BracketFindings {
  /// The bracket that opens one level more than allowed, and the first bracket of a `[...]` or
  /// `{...}` with more than `kMostFlowMarks` punctuation marks. yaml-cpp may keep such a
  /// collection whole, at 270 bytes for each mark, before it reports its first bracket.
  std::optional<std::size_t> too_deep;
  std::optional<std::size_t> too_large;
  /// A bracket that is never closed; one that closes another kind or nothing, with the bracket
  /// that is open there; a quote that is never closed. yaml-cpp reports these far away or, for the
  /// quote, not at all.
  std::optional<std::size_t> unclosed;
  std::optional<std::size_t> mismatched;
  std::size_t mismatched_open = 0;
  std::optional<std::size_t> unterminated;
  /// The first line that is a directive (`%YAML 1.2`).
  std::optional<std::size_t> directive;
};

inline constexpr std::size_t kMostFlowMarks = 250'000;

/// Looks over `text` once; at most `most_depth` brackets may be open at a time. Stops at the first
/// mistake.
BracketFindings ScanBrackets(std::string_view text, std::size_t most_depth);

/// The offset behind the quote that closes the one at `begin` (`"` or `'`), or npos.
std::size_t FindQuoteEnd(std::string_view text, std::size_t begin);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_BRACKET_SCAN_H_
