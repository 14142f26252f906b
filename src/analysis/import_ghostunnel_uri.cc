#include "src/analysis/import_ghostunnel_uri.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "src/analysis/imported_policy.h"
#include "src/policy/load_value.h"

namespace certgate {
namespace {

using Parsed = std::variant<SelectorValue, Problem>;

std::vector<std::string_view> SplitAtSlashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == text.npos) return parts;
    text.remove_prefix(slash + 1);
  }
}

bool IsWildcard(std::string_view segment) { return segment == "*" || segment == "**"; }

// ghostunnel compares what Go's url.URL makes of a certificate's URI; certgate compares the bytes.
// Both are the same where nothing has to be escaped and the scheme is in lower case.
bool IsInNormalForm(const std::vector<std::string_view>& segments) {
  static constexpr std::string_view kMarks = "-._~:@!$&'()+,;=%?[]";
  const auto is_unescaped = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  };
  for (const std::string_view segment : segments) {
    const bool is_normal =
        IsWildcard(segment) || std::all_of(segment.begin(), segment.end(), is_unescaped);
    if (!is_normal) return false;
  }
  const std::string_view scheme = segments.front().substr(0, segments.front().find(':'));
  return std::none_of(scheme.begin(), scheme.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// The expression that ghostunnel itself makes of the pattern.
std::string RegexFor(const std::vector<std::string_view>& segments) {
  std::string regex;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i] == "**") return i == 0 ? ".*" : regex + "?(|/.*)";
    regex += segments[i] == "*" ? "[^/]+" : RegexLiteral(segments[i]);
    regex += '/';
  }
  return regex + "?";
}

// A text without wildcards, or a pattern as certgate has it too; nothing if it has not.
std::vector<SelectorValue> WithoutRegex(const std::string& pattern, bool has_wildcards) {
  const bool is_spiffe = pattern.starts_with("spiffe://");
  std::vector<std::string> texts;
  if (!has_wildcards) {
    texts.push_back(pattern);
    // No SPIFFE ID ends with a slash.
    if (!is_spiffe && !pattern.ends_with('/')) texts.push_back(pattern + "/");
  } else if (is_spiffe) {
    // In a SPIFFE ID nothing could be in a segment that `*` does not match here.
    texts.push_back(pattern);
    if (pattern.ends_with("/**")) texts.push_back(pattern.substr(0, pattern.size() - 3));
  }
  std::vector<SelectorValue> values;
  for (const std::string& text : texts) {
    Parsed value = ParseSelectorValue(Field::kUri, text, ValueForm::kPlain);
    auto* const found = std::get_if<SelectorValue>(&value);
    if (found == nullptr) return {};
    values.push_back(std::move(*found));
  }
  return values;
}

}  // namespace

GhostunnelUri ImportGhostunnelUri(std::string_view pattern) {
  if (pattern.empty()) return {{}, "the pattern is empty", true};
  if (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  const std::vector<std::string_view> segments = SplitAtSlashes(pattern);
  bool has_wildcards = false;
  for (const std::string_view& segment : segments) {
    const bool is_last = &segment == &segments.back();
    if (segment.find('*') == segment.npos) continue;
    has_wildcards = true;
    if (!IsWildcard(segment)) return {{}, "a `*` stands for one whole segment", true};
    if (segment == "**" && !is_last) return {{}, "a `**` stands at the end only", true};
  }
  if (!IsInNormalForm(segments)) {
    return {{},
            "no URI that ghostunnel reads from a certificate has this form: it escapes them",
            false};
  }
  GhostunnelUri uri;
  uri.values = WithoutRegex(std::string(pattern), has_wildcards);
  if (!uri.values.empty()) return uri;
  Parsed regex = RegexValue(Field::kUri, RegexFor(segments));
  if (auto* value = std::get_if<SelectorValue>(&regex)) {
    uri.values.push_back(std::move(*value));
  } else {
    uri.problem = std::get<Problem>(regex).message;
  }
  return uri;
}

}  // namespace certgate
