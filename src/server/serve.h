#ifndef CERTGATE_SRC_SERVER_SERVE_H_
#define CERTGATE_SRC_SERVER_SERVE_H_

#include "src/server/command_line.h"
#include "src/server/inputs.h"
#include "src/server/settings.h"

namespace certgate {

/// Starts the server, serves until SIGTERM or SIGINT, lets running calls finish within the grace
/// period, and returns the program's exit code. SIGHUP reloads.
ExitCode Serve(const ServerSettings& settings, const ServerInputs& inputs);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SERVE_H_
