#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/import_ghostunnel_uri.h"
#include "src/policy/matcher.h"
#include "src/policy/regex.h"
#include "tests/oracle/property.h"
#include "tests/oracle/random.h"

// URI patterns of ghostunnel, compared segment by segment as its documentation has them, against
// what they are imported as.
namespace certgate::oracle {
namespace {

using rc::Gen;
using Segments = std::vector<std::string>;

Segments Split(std::string_view text) {
  Segments segments;
  for (;;) {
    const std::size_t slash = text.find('/');
    segments.emplace_back(text.substr(0, slash));
    if (slash == text.npos) return segments;
    text.remove_prefix(slash + 1);
  }
}

// A `*` is a segment that is not empty, a last `**` any number of segments; one `/` at the end does
// not count.
bool GhostunnelMatches(std::string_view pattern, std::string_view uri) {
  if (pattern.size() > 1 && pattern.ends_with('/')) pattern.remove_suffix(1);
  if (pattern == "**") return true;
  const Segments wanted = Split(pattern);
  const Segments given = Split(uri);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "**") return true;
    if (i == given.size()) return false;
    if (wanted[i] == "*" ? given[i].empty() : wanted[i] != given[i]) return false;
  }
  return given.size() == wanted.size() ||
         (given.size() == wanted.size() + 1 && given.back().empty());
}

bool Matches(const SelectorValue& value, const std::string& uri) {
  switch (value.kind) {
    case ValueKind::kExact:
      return value.text == uri;
    case ValueKind::kPattern:
      return MatchesPattern(Field::kUri, value.text, uri);
    case ValueKind::kRegex:
      return Regex(Field::kUri, value.text).Matches(uri);
  }
  return false;
}

bool ImportMatches(const std::vector<SelectorValue>& values, const std::string& uri) {
  for (const SelectorValue& value : values) {
    if (Matches(value, uri)) return true;
  }
  return false;
}

std::string Join(const Segments& segments) {
  std::string text;
  for (std::size_t i = 0; i < segments.size(); ++i) text += (i == 0 ? "" : "/") + segments[i];
  return text;
}

Gen<std::string> AnyText(const Segments& words) {
  static const Segments kStarts = {"spiffe://acme.example", "spiffe://acme.example",
                                   "https://acme.example", "spiffe:/", "urn:x"};
  return rc::gen::map(rc::gen::pair(OneOf(kStarts), UpTo(4, OneOf(words))),
                      [](const std::pair<std::string, Segments>& parts) {
                        return parts.first + (parts.second.empty() ? "" : "/" + Join(parts.second));
                      });
}

// A SPIFFE ID ends without a slash and has no empty segments, queries or fragments
// (SPIFFE ID, section 2.2).
bool IsOddSpiffe(const std::string& uri) {
  return uri.starts_with("spiffe:") &&
         (uri.ends_with('/') || uri.find("//", 9) != uri.npos || uri.find('?') != uri.npos);
}

TEST_CASE("an imported URI pattern matches what ghostunnel matches") {
  static const Segments kPatternWords = {"a", "*", "b", "**", "", "*", "c.d"};
  static const Segments kUriWords = {"a", "b", "", "c.d", "a?b", "cxd"};
  const auto patterns = rc::gen::weightedOneOf<std::string>(
      {{8, AnyText(kPatternWords)},
       {1, rc::gen::element<std::string>("**", "*", "*/a", "*://**")}});
  const auto uris = rc::gen::container<std::vector<std::string>>(40, AnyText(kUriWords));
  std::size_t matching = 0;
  std::size_t compared = 0;
  CheckProperty(FirstSeed(), 3'000, [&] {
    const std::string pattern = *patterns;
    const GhostunnelUri imported = ImportGhostunnelUri(pattern);
    if (imported.is_invalid) return;
    RC_ASSERT(imported.problem.empty());
    for (const std::string& uri : *uris) {
      const bool original = GhostunnelMatches(pattern, uri);
      const bool matches = ImportMatches(imported.values, uri);
      RC_LOG() << "pattern `" << pattern << "`, URI `" << uri << "`\n";
      if (matches) RC_ASSERT(original);
      if (!IsOddSpiffe(uri)) RC_ASSERT(matches == original);
      ++compared;
      if (matches) ++matching;
    }
  });
  CHECK(matching * 50 > compared);
}

}  // namespace
}  // namespace certgate::oracle
