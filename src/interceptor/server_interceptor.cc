#include "src/interceptor/server_interceptor.h"

#include <grpc/grpc.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server_context.h>

#include <optional>
#include <utility>

#include "src/interceptor/record_wait.h"
#include "src/interceptor/running_calls.h"

namespace certgate {
namespace {

using grpc::experimental::InterceptionHookPoints;

class DecidingInterceptor final : public grpc::experimental::Interceptor {
 public:
  DecidingInterceptor(const Guard& guard, grpc::experimental::ServerRpcInfo& info)
      : guard_(guard), info_(info) {}
  ~DecidingInterceptor() override {
    if (!admitted_.has_value()) return;
    RunningCalls::Instance().Remove(*admitted_);
    grpc_call_unref(admitted_->call);
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      batch_ = methods;
      return Decide();
    }
    methods->Proceed();
  }

 private:
  void Decide() noexcept {
    authorization_ = Authorize();
    if (!authorization_.is_pending) wait_.Know(true);
    if (wait_.Arrive()) GoOn();
  }

  Authorization Authorize() noexcept {
    grpc_call* const call = info_.server_context()->c_call();
    // A handler of the sync API has this thread to itself, and its call must go on in it.
    if (dynamic_cast<grpc::CallbackServerContext*>(info_.server_context()) == nullptr) {
      return guard_.Authorize(call, info_.method());
    }
    return guard_.Authorize(call, info_.method(), [this](bool is_recorded) {
      wait_.Know(is_recorded, [this] { GoOn(); });
    });
  }

  void GoOn() noexcept {
    grpc_call* const call = info_.server_context()->c_call();
    authorization_.Settle(wait_.is_recorded());
    if (authorization_.admitted()) {
      // gRPC may drop the call before it drops its interceptors.
      grpc_call_ref(call);
      guard_.supervisor().Enter(admitted_.emplace(call, info_.method(), authorization_),
                                authorization_);
    } else {
      Guard::End(call, authorization_);
    }
    batch_->Proceed();
  }

  const Guard& guard_;
  grpc::experimental::ServerRpcInfo& info_;
  grpc::experimental::InterceptorBatchMethods* batch_ = nullptr;
  RecordWait wait_;
  Authorization authorization_;
  std::optional<RunningCall> admitted_;
};

}  // namespace

ServerInterceptorFactory::ServerInterceptorFactory(std::shared_ptr<const Guard> guard,
                                                   absl::flat_hash_set<const char*> guarded_paths,
                                                   std::shared_ptr<const void> keep_alive)
    : keep_alive_(std::move(keep_alive)),
      guard_(std::move(guard)),
      guarded_paths_(std::move(guarded_paths)) {}

grpc::experimental::Interceptor* ServerInterceptorFactory::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* info) {
  if (guarded_paths_.contains(info->method())) return nullptr;
  // Only the generic service of ring 3 is given this kind of context.
  if (dynamic_cast<grpc::GenericCallbackServerContext*>(info->server_context()) != nullptr) {
    return nullptr;
  }
  return new DecidingInterceptor(*guard_, *info);
}

}  // namespace certgate
