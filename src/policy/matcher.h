#ifndef CERTGATE_SRC_POLICY_MATCHER_H_
#define CERTGATE_SRC_POLICY_MATCHER_H_

#include <certgate/decision.h>

#include <string_view>

namespace certgate {

// How `*` is read, field by field. Nothing here backtracks over more than one `*`: the time is at
// most the text's length times that of the longest literal run of the pattern. Thread-safe.

/// `cn`, `ou`, `o`, `email`: each `*` stands for any run of bytes, the empty one included.
bool MatchesGlob(std::string_view pattern, std::string_view text) noexcept;

/// `dns`: each `*` stands for characters of one label, and the label must not be empty:
/// `*.acme.example` matches `a.acme.example`, neither `a.b.acme.example` nor `.acme.example`.
///
/// A certificate may itself be issued for a wildcard, `*.acme.example`. Such a name claims many
/// hosts and is none of them, so no `*` of a policy matches a label that holds a `*`; only an
/// exact selector with the very same text selects it. `name` must be in lower case.
bool MatchesDnsPattern(std::string_view pattern, std::string_view name) noexcept;

/// `uri`: a `*` stands for characters of one segment between slashes, which must not be empty and
/// must hold neither `?` nor `#`, where a path ends (RFC 3986, section 3.3). A last segment `**`
/// stands for all the rest, at least one byte. Bytes are compared as they are: no normalisation,
/// no percent-decoding.
bool MatchesUriPattern(std::string_view pattern, std::string_view uri) noexcept;

/// Applies the rule of `field`. False for a field that has no patterns.
bool MatchesPattern(Field field, std::string_view pattern, std::string_view text) noexcept;

/// What a text must begin and end with to match `pattern`, by the rule of any field.
std::string_view LiteralPrefix(std::string_view pattern) noexcept;
std::string_view LiteralSuffix(std::string_view pattern) noexcept;

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_MATCHER_H_
