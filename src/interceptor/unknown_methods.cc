#include "src/interceptor/unknown_methods.h"

#include <utility>

#include "src/interceptor/hand_over.h"
#include "src/interceptor/record_wait.h"

namespace certgate {
namespace {

// Decides about one call, and answers once its record is written.
class DecidingReactor final : public grpc::ServerGenericBidiReactor {
 public:
  DecidingReactor(const Guard& guard, grpc::GenericCallbackServerContext& context) {
    authorization_ = guard.Authorize(
        context.c_call(), {context.method()},
        [this](bool is_recorded) { wait_.Know(is_recorded, [this] { Answer(); }); });
    if (!authorization_.is_pending) wait_.Know(true);
    if (wait_.Arrive()) Answer();
  }
  void OnDone() override {
    hand_over_.Take();
    delete this;
  }

 private:
  void Answer() {
    authorization_.Settle(wait_.is_recorded());
    hand_over_.Give();
    Finish(authorization_.admitted()
               ? grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "this server has no such method")
               : Guard::RefusalStatus(authorization_));
  }

  RecordWait wait_;
  Authorization authorization_;
  HandOver hand_over_;
};

}  // namespace

UnknownMethods::UnknownMethods(std::shared_ptr<const Guard> guard) : guard_(std::move(guard)) {}

grpc::ServerGenericBidiReactor* UnknownMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new DecidingReactor(*guard_, *context);
}

}  // namespace certgate
