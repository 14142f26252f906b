#ifndef CERTGATE_SRC_CLIENT_EXPLAIN_H_
#define CERTGATE_SRC_CLIENT_EXPLAIN_H_

#include <string>

#include "src/client/calls.h"
#include "src/client/options.h"
#include "src/client/tls_files.h"

namespace certgate {

/// One sentence that says what to check after a call ended as `outcome` says. `transport_log` is
/// what gRPC logged on the way; see `TransportLog`.
std::string Explain(const CallOutcome& outcome, const ClientOptions& options, const TlsFiles& files,
                    const std::string& transport_log);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_EXPLAIN_H_
