#ifndef CERTGATE_SRC_SERVER_LIMITS_H_
#define CERTGATE_SRC_SERVER_LIMITS_H_

#include "src/server/settings.h"

namespace grpc {
class ServerBuilder;
}

namespace certgate {

/// Applies the limits of `settings`, and whether health and reflection are served, to `builder`.
void ApplyLimits(const ServerSettings& settings, grpc::ServerBuilder& builder);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_LIMITS_H_
