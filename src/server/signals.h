#ifndef CERTGATE_SRC_SERVER_SIGNALS_H_
#define CERTGATE_SRC_SERVER_SIGNALS_H_

namespace certgate {

/// Blocks SIGTERM and SIGINT, for `WaitForStopSignal` to take, and ignores SIGPIPE and SIGXFSZ, so
/// that a closed pipe or a full quota is an error of a write and not the end of the process. Call
/// it before any thread is started: threads inherit it.
void PrepareSignals();

/// Waits for SIGTERM or SIGINT and returns its name.
const char* WaitForStopSignal();

/// From now on another SIGTERM or SIGINT ends the process at once, as failed.
void ExitOnNextStopSignal();

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SIGNALS_H_
