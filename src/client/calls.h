#ifndef CERTGATE_SRC_CLIENT_CALLS_H_
#define CERTGATE_SRC_CLIENT_CALLS_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>

#include "src/client/options.h"

namespace certgate {

/// How a command ended: the call's status, and the exit code if that is OK.
struct CallOutcome {
  grpc::Status status;
  int exit_code = kExitOk;
  /// Replies had come before it ended.
  bool had_replies = false;
};

/// Makes the call of `options.command` and prints the replies as they come.
CallOutcome RunCommand(const ClientOptions& options, const std::shared_ptr<grpc::Channel>& channel);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_CALLS_H_
