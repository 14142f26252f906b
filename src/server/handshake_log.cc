#include "src/server/handshake_log.h"

#include <absl/time/time.h>
#include <spdlog/spdlog.h>

#include <string>

namespace certgate {

void LogHandshake(const HandshakeRecord& record) {
  if (record.count > 1) {
    spdlog::warn("{} more TLS handshakes failed since {}: {}", record.count,
                 absl::FormatTime("%H:%M:%E3SZ", record.since, absl::UTCTimeZone()), record.cause);
    return;
  }
  const std::string from = record.peer.uri.empty() ? "" : " from " + std::string(record.peer.uri);
  spdlog::warn("a TLS handshake{} failed: {}", from, record.cause);
}

}  // namespace certgate
