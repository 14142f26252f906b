#ifndef CERTGATE_SRC_SERVER_FIGURES_H_
#define CERTGATE_SRC_SERVER_FIGURES_H_

#include <absl/time/time.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer_figures.h>
#include <certgate/call_figures.h>
#include <certgate/duration_figures.h>
#include <certgate/reloader.h>

#include <cstdint>
#include <functional>

namespace certgate {

/// What the running server tells of itself, in whatever form.
struct ServerFigures {
  absl::Time started_at = absl::InfinitePast();
  absl::Time now = absl::InfinitePast();
  ReloadStatus files;
  CallFigures calls;
  AuthorizerFigures authorizer;
  AuditStatus audit;
  DurationFigures audit_writes;
  std::uint64_t failed_handshakes = 0;
};

/// Thread-safe.
using ServerFiguresSource = std::function<ServerFigures()>;

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_FIGURES_H_
