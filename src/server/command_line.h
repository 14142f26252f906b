#ifndef CERTGATE_SRC_SERVER_COMMAND_LINE_H_
#define CERTGATE_SRC_SERVER_COMMAND_LINE_H_

#include <optional>
#include <string>

#include "src/server/settings.h"

namespace certgate {

/// How the program ends. Documented in `--help`.
enum ExitCode : int { kExitOk = 0, kExitFailure = 1, kExitUsage = 2, kExitInput = 3 };

/// What the command line and the configuration file ask for.
struct Invocation {
  ServerSettings settings;
  /// The configuration file's path, or empty.
  std::string config_file;
  /// `--check`: look at everything and stop.
  bool check_only = false;
};

/// The outcome of reading the command line: an invocation, or the exit code to stop with (after
/// `--help`, say). What there is to say has been written to standard output or error.
struct InvocationReading {
  std::optional<Invocation> invocation;
  ExitCode exit_code = kExitUsage;
};

/// Reads flags, the environment, and the configuration file that they name. Flags win over the
/// environment, and both over the file.
InvocationReading ReadInvocation(int argc, const char* const* argv);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_COMMAND_LINE_H_
