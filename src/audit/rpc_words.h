#ifndef CERTGATE_SRC_AUDIT_RPC_WORDS_H_
#define CERTGATE_SRC_AUDIT_RPC_WORDS_H_

#include <string_view>

namespace certgate {

/// How `rpc.method` names a call's path: `package.Service/Method` without the leading slash; a path
/// of any other form as it came. The view is into `path`.
std::string_view RecordedMethod(std::string_view path);

/// The name of gRPC's status code, such as `PERMISSION_DENIED`; `UNKNOWN` for a number that is none
/// (gRPC, doc/statuscodes.md).
std::string_view GrpcStatusName(int code);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RPC_WORDS_H_
