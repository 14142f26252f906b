#ifndef CERTGATE_SRC_SERVER_SERVE_H_
#define CERTGATE_SRC_SERVER_SERVE_H_

#include "src/server/command_line.h"
#include "src/server/settings.h"

namespace certgate {

/// Reads the files, starts the server, and serves until SIGTERM or SIGINT, with the files reread
/// when they change and on SIGHUP; lets running calls finish within the grace period, and returns
/// the program's exit code.
ExitCode Serve(const ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SERVE_H_
