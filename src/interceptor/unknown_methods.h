#ifndef CERTGATE_SRC_INTERCEPTOR_UNKNOWN_METHODS_H_
#define CERTGATE_SRC_INTERCEPTOR_UNKNOWN_METHODS_H_

#include <grpcpp/generic/async_generic_service.h>

#include <memory>

#include "src/interceptor/guard.h"

namespace certgate {

/// Ring 3: every path that no service registered. Decides and records like the rest, so that
/// scanning is seen; answers UNIMPLEMENTED only to those whom the policy lets reach the path.
class UnknownMethods final : public grpc::CallbackGenericService {
 public:
  explicit UnknownMethods(std::shared_ptr<const Guard> guard);

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  const std::shared_ptr<const Guard> guard_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_UNKNOWN_METHODS_H_
