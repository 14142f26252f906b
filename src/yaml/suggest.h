#ifndef CERTGATE_SRC_YAML_SUGGEST_H_
#define CERTGATE_SRC_YAML_SUGGEST_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// The one of `candidates` that `word` was most likely meant to be, or empty if none is near: at
/// most a third of its letters, and at least one, may be missing, added, changed or swapped. Upper
/// and lower case count as the same. Words over 64 bytes have no suggestion.
std::string_view Suggest(std::string_view word, std::span<const std::string_view> candidates);

/// The same with at most `most_changes` letters, for words that may well be right as they are.
std::string_view Suggest(std::string_view word, std::span<const std::string_view> candidates,
                         std::size_t most_changes);

/// A hint for a word that is none of `candidates`: "did you mean `allow`?", or else `otherwise`.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view otherwise);

/// What to say of a key that is none of `known`, and what was probably meant.
Problem UnknownKey(std::string_view key, std::span<const std::string_view> known,
                   std::string_view otherwise);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_SUGGEST_H_
