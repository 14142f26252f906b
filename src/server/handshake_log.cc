#include "src/server/handshake_log.h"

#include <absl/time/time.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

namespace certgate {

namespace {

void LogHandshake(const HandshakeRecord& record) {
  if (record.count > 1) {
    spdlog::warn("{} more TLS handshakes failed since {}: {}", record.count,
                 absl::FormatTime("%H:%M:%E3SZ", record.since, absl::UTCTimeZone()), record.cause);
    return;
  }
  const std::string from = record.peer.uri.empty() ? "" : " from " + std::string(record.peer.uri);
  spdlog::warn("a TLS handshake{} failed: {}", from, record.cause);
}

}  // namespace

HandshakeSink RecordHandshakes(std::shared_ptr<AuditLog> audit_log,
                               std::atomic<std::uint64_t>& failed) {
  return [audit_log = std::move(audit_log), &failed](const HandshakeRecord& record) {
    failed.fetch_add(record.count, std::memory_order_relaxed);
    LogHandshake(record);
    const absl::Status written = audit_log->Append(record);
    if (!written.ok()) {
      spdlog::error("a failed TLS handshake could not be recorded: {}",
                    std::string(written.message()));
    }
  };
}

}  // namespace certgate
