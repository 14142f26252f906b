#ifndef CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
#define CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_

#include <certgate/audit_log.h>
#include <certgate/handshake_failures.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace certgate {

/// Takes failed handshakes into the audit trail, and tells the operator of them in the operational
/// log, as a warning. `failed` counts them, and must outlive the sink.
HandshakeSink RecordHandshakes(std::shared_ptr<AuditLog> audit_log,
                               std::atomic<std::uint64_t>& failed);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
