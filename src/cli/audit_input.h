#ifndef CERTGATE_SRC_CLI_AUDIT_INPUT_H_
#define CERTGATE_SRC_CLI_AUDIT_INPUT_H_

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "src/audit/signing_key.h"
#include "src/cli/command.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"
#include "src/trail/record_search.h"

namespace certgate {

/// Reads the public keys of these files, PEM. Unavailable, and not the caller's mistake, if one
/// cannot be read or is no key.
absl::Status LoadVerifyingKeys(const std::vector<std::string>& paths,
                               std::vector<VerifyingKey>& keys);

/// Reads the policy whose use is reviewed; nothing without a `path`. False, with a complaint, if it
/// is no policy.
bool ReadReviewedPolicy(const std::string& path, ColorMode color, PolicySource& policy);

/// Complains of what stands in the way of reading trails, and returns the exit code for it.
ExitCode FailAuditInput(const absl::Status& status);

/// The exit code of a command that read trails and has answered. What could not be read, and lines
/// that are no records, are complained of: the answer may lack something, and it is 3 then.
ExitCode EndAuditAnswer(ExitCode answer, const absl::Status& status, const BrokenLines& broken);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_INPUT_H_
