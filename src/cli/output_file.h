#ifndef CERTGATE_SRC_CLI_OUTPUT_FILE_H_
#define CERTGATE_SRC_CLI_OUTPUT_FILE_H_

#include <string>
#include <string_view>

#include "src/cli/command.h"

namespace certgate {

/// Writes `text` to the file `path`, whole or not at all, or to standard output if `path` is empty.
/// Complains of what stands in the way. Returns `kYes` or `kInput`.
ExitCode WriteOutput(std::string_view text, const std::string& path);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_OUTPUT_FILE_H_
