#ifndef CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
#define CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_

#include <certgate/audit_record.h>

namespace certgate {

/// Tells the operator of failed handshakes in the operational log, as a warning.
void LogHandshake(const HandshakeRecord& record);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_HANDSHAKE_LOG_H_
