#include "src/interceptor/unknown_methods.h"

#include <utility>

namespace certgate {
namespace {

class FinishingReactor final : public grpc::ServerGenericBidiReactor {
 public:
  explicit FinishingReactor(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

UnknownMethods::UnknownMethods(std::shared_ptr<const Guard> guard) : guard_(std::move(guard)) {}

grpc::ServerGenericBidiReactor* UnknownMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const Authorization authorization = guard_->Authorize(context->c_call(), context->method());
  return new FinishingReactor(
      authorization.admitted()
          ? grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "this server has no such method")
          : Guard::RefusalStatus(authorization));
}

}  // namespace certgate
