#include "src/policy/matcher.h"

#include <cstddef>

namespace certgate {
namespace {

// One label or segment. `last` tells an empty end of the text from one behind a separator.
struct Part {
  std::string_view text;
  bool last;
};

Part TakePart(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const Part part{rest.substr(0, end), end == std::string_view::npos};
  rest.remove_prefix(part.last ? rest.size() : end + 1);
  return part;
}

// `excluded`: the characters that a part with a wildcard must not hold.
bool PartMatches(std::string_view pattern, std::string_view part,
                 std::string_view excluded) noexcept {
  if (pattern.find('*') == std::string_view::npos) return pattern == part;
  return !part.empty() && part.find_first_of(excluded) == std::string_view::npos &&
         MatchesGlob(pattern, part);
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text) noexcept {
  std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  // Taking the first place at which each literal run fits leaves the most text for the others.
  while ((star = pattern.find('*')) != std::string_view::npos) {
    const std::size_t place = text.find(pattern.substr(0, star));
    if (place == std::string_view::npos) return false;
    text.remove_prefix(place + star);
    pattern.remove_prefix(star + 1);
  }
  return text.ends_with(pattern);
}

bool MatchesDnsPattern(std::string_view pattern, std::string_view name) noexcept {
  for (;;) {
    const Part wanted = TakePart(pattern, '.');
    const Part label = TakePart(name, '.');
    if (wanted.last != label.last || !PartMatches(wanted.text, label.text, "*")) return false;
    if (wanted.last) return true;
  }
}

bool MatchesUriPattern(std::string_view pattern, std::string_view uri) noexcept {
  for (;;) {
    if (pattern == "**") return !uri.empty();
    const Part wanted = TakePart(pattern, '/');
    const Part segment = TakePart(uri, '/');
    if (wanted.last != segment.last || !PartMatches(wanted.text, segment.text, "?#")) return false;
    if (wanted.last) return true;
  }
}

bool MatchesPattern(Field field, std::string_view pattern, std::string_view text) noexcept {
  switch (field) {
    case Field::kCn:
    case Field::kOu:
    case Field::kO:
    case Field::kEmail:
      return MatchesGlob(pattern, text);
    case Field::kDns:
      return MatchesDnsPattern(pattern, text);
    case Field::kUri:
      return MatchesUriPattern(pattern, text);
    case Field::kNone:
    case Field::kIssuer:
    case Field::kSerial:
    case Field::kSha256:
    case Field::kClient:
    case Field::kAny:
      return false;
  }
  return false;
}

std::string_view LiteralPrefix(std::string_view pattern) noexcept {
  return pattern.substr(0, pattern.find('*'));
}

std::string_view LiteralSuffix(std::string_view pattern) noexcept {
  return pattern.substr(pattern.rfind('*') + 1);
}

}  // namespace certgate
