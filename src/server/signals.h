#ifndef CERTGATE_SRC_SERVER_SIGNALS_H_
#define CERTGATE_SRC_SERVER_SIGNALS_H_

namespace certgate {

/// What the operator asks for.
struct Signal {
  enum Kind { kStop, kReload } kind;
  /// `SIGTERM`, `SIGINT` or `SIGHUP`.
  const char* name;
};

/// Blocks SIGTERM, SIGINT and SIGHUP, for `WaitForSignal` to take, and ignores SIGPIPE and SIGXFSZ,
/// so that a closed pipe or a full quota is an error of a write and not the end of the process.
/// Call it before any thread is started: threads inherit it.
void PrepareSignals();

/// Waits for the next signal: SIGTERM and SIGINT stop, SIGHUP reloads.
Signal WaitForSignal();

/// From now on another SIGTERM or SIGINT ends the process at once, as failed, and SIGHUP does
/// nothing.
void ExitOnNextStopSignal();

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SIGNALS_H_
