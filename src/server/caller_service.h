#ifndef CERTGATE_SRC_SERVER_CALLER_SERVICE_H_
#define CERTGATE_SRC_SERVER_CALLER_SERVICE_H_

#include <certgate/authorizer.h>

#include <memory>
#include <string>
#include <vector>

#include "certgate/v1/caller.grpc.pb.h"

namespace certgate {

/// Tells a caller who it is to this server, and what it may call.
class CallerService final : public v1::CallerService::CallbackService {
 public:
  explicit CallerService(std::shared_ptr<const Authorizer> authorizer);

  /// The methods that the answer may list. Call it before the server starts.
  void ListMethods(std::vector<std::string> methods);

  grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context,
                                   const v1::WhoAmIRequest* request,
                                   v1::WhoAmIResponse* response) override;

 private:
  const std::shared_ptr<const Authorizer> authorizer_;
  std::vector<std::string> methods_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_CALLER_SERVICE_H_
