#ifndef CERTGATE_SRC_ANALYSIS_TEXT_ODDITIES_H_
#define CERTGATE_SRC_ANALYSIS_TEXT_ODDITIES_H_

#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/finding.h"

namespace certgate {

/// Why a text may not be what it seems to be.
struct TextOddity {
  FindingRule rule = FindingRule::kInvisibleCharacter;
  /// What is odd, to follow the text: "holds a character that cannot be seen: U+200B ...".
  std::string what;
  std::string hint;
};

/// Looks for characters that cannot be seen, for mixed scripts (Unicode Technical Standard 39,
/// restriction level "highly restrictive") and for what is not in normalization form C. `text` is
/// UTF-8 without control characters. Thread-safe. Loads Unicode data at the first text that is not
/// ASCII.
std::vector<TextOddity> FindOddities(std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_TEXT_ODDITIES_H_
