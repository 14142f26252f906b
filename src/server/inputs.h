#ifndef CERTGATE_SRC_SERVER_INPUTS_H_
#define CERTGATE_SRC_SERVER_INPUTS_H_

#include <absl/status/statusor.h>
#include <certgate/authorizer.h>
#include <certgate/policy.h>

#include <memory>
#include <optional>

#include "src/server/settings.h"

namespace grpc {
class ServerCredentials;
}

namespace certgate {

/// The files that a server needs, read and found valid.
struct ServerInputs {
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<grpc::ServerCredentials> credentials;
};

/// Reads the policy and the TLS files that `settings` names. All that is wrong with any of them is
/// written to standard error, and then there is no result.
std::optional<ServerInputs> LoadInputs(const ServerSettings& settings);

/// Makes the authorizer of `policy` with the audit trail that `settings` names. The error says
/// which place for records cannot be opened.
absl::StatusOr<std::shared_ptr<Authorizer>> MakeAuthorizer(const ServerSettings& settings,
                                                           std::shared_ptr<const Policy> policy);

/// `--check`: reads what `LoadInputs` reads, looks whether the audit file can be written without
/// creating it, and prints what was found. False if something is wrong.
bool CheckInputs(const ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_INPUTS_H_
