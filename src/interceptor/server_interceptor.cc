#include "src/interceptor/server_interceptor.h"

#include <grpc/grpc.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server_context.h>

#include <new>
#include <optional>
#include <utility>

#include "src/interceptor/call_meter.h"
#include "src/interceptor/hand_over.h"
#include "src/interceptor/record_wait.h"
#include "src/interceptor/running_calls.h"

namespace certgate {
namespace {

using grpc::experimental::InterceptionHookPoints;

class DecidingInterceptor final : public grpc::experimental::Interceptor {
 public:
  DecidingInterceptor(const Guard& guard, grpc::experimental::ServerRpcInfo& info)
      : guard_(guard), info_(info) {
    if (guard.RecordsEndOf(info.method())) {
      meter_.emplace(guard, info, FormOfBuiltIn(info.method()), CallMeter::Asks::kUntilStatus);
    }
    hand_over_.Give();
  }
  ~DecidingInterceptor() override {
    hand_over_.Take();
    if (!admitted_.has_value()) return;
    RunningCalls::Instance().Remove(*admitted_);
    grpc_call_unref(admitted_->call);
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    hand_over_.Take();
    if (meter_) meter_->Look(*methods);
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

  // gRPC registered the method, so there are only so many.
  Guard::Method Find(const char* path) const noexcept {
    try {
      return guard_.Register(path);
    } catch (const std::bad_alloc&) {
      return {path};
    }
  }

  Authorization Authorize() noexcept {
    grpc_call* const call = info_.server_context()->c_call();
    const Guard::Method method = Find(info_.method());
    // A handler of the sync API has this thread to itself, and its call must go on in it.
    if (dynamic_cast<grpc::CallbackServerContext*>(info_.server_context()) == nullptr) {
      return guard_.Authorize(call, method);
    }
    return guard_.Authorize(
        call, method, [this](bool is_recorded) { wait_.Know(is_recorded, [this] { GoOn(); }); });
  }

  void GoOn() noexcept {
    grpc_call* const call = info_.server_context()->c_call();
    authorization_.Settle(wait_.is_recorded());
    if (authorization_.admitted()) {
      // gRPC may drop the call before it drops its interceptors.
      grpc_call_ref(call);
      guard_.supervisor().Enter(admitted_.emplace(call, info_.method(), std::move(authorization_)));
    } else {
      Guard::End(call, authorization_);
    }
    hand_over_.Give();
    batch_->Proceed();
  }

  const Guard& guard_;
  grpc::experimental::ServerRpcInfo& info_;
  grpc::experimental::InterceptorBatchMethods* batch_ = nullptr;
  RecordWait wait_;
  Authorization authorization_;
  std::optional<RunningCall> admitted_;
  std::optional<CallMeter> meter_;
  HandOver hand_over_;
};

class MeasuringInterceptor final : public grpc::experimental::Interceptor {
 public:
  MeasuringInterceptor(const Guard& guard, grpc::experimental::ServerRpcInfo& info,
                       MessageForm received)
      : meter_(guard, info, received, AsksOf(info)) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    meter_.Look(*methods);
    methods->Proceed();
  }

 private:
  static CallMeter::Asks AsksOf(grpc::experimental::ServerRpcInfo& info) {
    const bool is_callback =
        dynamic_cast<grpc::CallbackServerContext*>(info.server_context()) != nullptr;
    return is_callback ? CallMeter::Asks::kUntilStatus : CallMeter::Asks::kUntilEnd;
  }

  CallMeter meter_;
};

}  // namespace

ServerInterceptorFactory::ServerInterceptorFactory(std::shared_ptr<const Guard> guard,
                                                   GuardedPaths guarded_paths,
                                                   std::shared_ptr<const void> keep_alive)
    : keep_alive_(std::move(keep_alive)),
      guard_(std::move(guard)),
      guarded_paths_(std::move(guarded_paths)) {}

grpc::experimental::Interceptor* ServerInterceptorFactory::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* info) {
  const auto guarded = guarded_paths_.find(info->method());
  if (guarded != guarded_paths_.end()) {
    if (!guarded->second) return nullptr;
    return new MeasuringInterceptor(*guard_, *info, *guarded->second);
  }
  // Only the generic service of ring 3 is given this kind of context.
  if (dynamic_cast<grpc::GenericCallbackServerContext*>(info->server_context()) != nullptr) {
    return nullptr;
  }
  return new DecidingInterceptor(*guard_, *info);
}

}  // namespace certgate
