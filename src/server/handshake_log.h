#ifndef CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
#define CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_

#include <certgate/audit_log.h>
#include <certgate/handshake_failures.h>

#include <memory>

namespace certgate {

/// Takes failed handshakes into the audit trail, and tells the operator of them in the operational
/// log, as a warning.
HandshakeSink RecordHandshakes(std::shared_ptr<AuditLog> audit_log);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
