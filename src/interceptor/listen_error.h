#ifndef CERTGATE_SRC_INTERCEPTOR_LISTEN_ERROR_H_
#define CERTGATE_SRC_INTERCEPTOR_LISTEN_ERROR_H_

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace certgate {

/// Why a server could not listen on one of `addresses`. gRPC says only that it could not; this
/// tries to bind each of them and tells what the system answers. Never OK.
absl::Status ListenError(const std::vector<std::string>& addresses);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_LISTEN_ERROR_H_
