#include "src/server/health_watches.h"

#include <grpc/grpc.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_context.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace certgate {
namespace {

using grpc::experimental::InterceptionHookPoints;

constexpr std::string_view kWatch = "/grpc.health.v1.Health/Watch";
constexpr auto kTimeToTell = std::chrono::seconds(1);

void EndCall(grpc_call* call) {
  grpc_call_cancel_with_status(call, GRPC_STATUS_UNAVAILABLE, "the server is shutting down",
                               nullptr);
}

}  // namespace

struct HealthWatches::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::set<grpc_call*> calls;  // guarded by mutex; a reference to each is held
  bool is_ending = false;      // guarded by mutex

  bool IsEnding() {
    const std::lock_guard lock(mutex);
    return is_ending;
  }
};

class HealthWatches::Watch final : public grpc::experimental::Interceptor {
 public:
  Watch(std::shared_ptr<State> state, grpc::experimental::ServerRpcInfo& info)
      : state_(std::move(state)), info_(info) {}
  ~Watch() override {
    grpc_call* const call = call_;
    if (call == nullptr) return;
    {
      const std::lock_guard lock(state_->mutex);
      state_->calls.erase(call);
    }
    state_->changed.notify_all();
    grpc_call_unref(call);
  }

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    const auto is_at = [methods](InterceptionHookPoints point) {
      return methods->QueryInterceptionHookPoint(point);
    };
    if (is_at(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) Note();
    if (is_at(InterceptionHookPoints::PRE_SEND_MESSAGE)) tells_the_end_ = state_->IsEnding();
    if (is_at(InterceptionHookPoints::POST_SEND_MESSAGE) && tells_the_end_) EndCall(call_);
    methods->Proceed();
  }

 private:
  void Note() {
    grpc_call* const call = info_.server_context()->c_call();
    grpc_call_ref(call);
    call_ = call;
    const std::lock_guard lock(state_->mutex);
    state_->calls.insert(call);
  }

  const std::shared_ptr<State> state_;
  grpc::experimental::ServerRpcInfo& info_;
  // gRPC calls from one thread after the other, and orders them where no tool can see it.
  std::atomic<grpc_call*> call_{nullptr};
  // The message that is being sent was sent after the end had begun.
  std::atomic<bool> tells_the_end_{false};
};

class HealthWatches::WatchFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit WatchFactory(std::shared_ptr<State> state) : state_(std::move(state)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return info->method() == kWatch ? new Watch(state_, *info) : nullptr;
  }

 private:
  const std::shared_ptr<State> state_;
};

HealthWatches::HealthWatches() : state_(std::make_shared<State>()) {}
HealthWatches::~HealthWatches() = default;

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> HealthWatches::Factory() {
  return std::make_unique<WatchFactory>(state_);
}

void HealthWatches::End(grpc::HealthCheckServiceInterface& health) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->is_ending = true;
  }
  health.SetServingStatus(false);
  std::vector<grpc_call*> left;
  {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait_for(lock, kTimeToTell, [this] { return state_->calls.empty(); });
    left.assign(state_->calls.begin(), state_->calls.end());
    for (grpc_call* call : left) grpc_call_ref(call);
  }
  // Outside of the lock: the end of a call destroys its interceptors, perhaps on this thread.
  for (grpc_call* call : left) {
    EndCall(call);
    grpc_call_unref(call);
  }
}

}  // namespace certgate
