#ifndef CERTGATE_SRC_CLI_AUDIT_STORY_H_
#define CERTGATE_SRC_CLI_AUDIT_STORY_H_

#include <string>

#include "src/cli/terminal.h"
#include "src/trail/record_reader.h"

namespace certgate {

/// One record told in sentences: what happened, when, who it was, where from, why, by which entry
/// of the policy and whose that is, and for a denial what would have to change. Printable, ends
/// with a line break.
std::string TellRecord(const ParsedRecord& record, const Terminal& terminal);

/// What a denial for this reason means, and what would have to change. Both empty if the reason is
/// not known.
struct DenialAdvice {
  std::string_view meaning;
  std::string_view change;
};
DenialAdvice AdviceFor(std::string_view reason);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_STORY_H_
