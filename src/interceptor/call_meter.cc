#include "src/interceptor/call_meter.h"

#include <algorithm>
#include <utility>

namespace certgate {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr int kHighestStatus = 16;

bool IsOfCallbackApi(grpc::ServerContextBase* context) {
  return dynamic_cast<grpc::CallbackServerContext*>(context) != nullptr;
}

void Add(std::uint64_t bytes, std::atomic<std::uint64_t>& messages,
         std::atomic<std::uint64_t>& total) {
  messages.fetch_add(1, std::memory_order_relaxed);
  total.fetch_add(bytes, std::memory_order_relaxed);
}

}  // namespace

CallMeter::CallMeter(const Guard& guard, grpc::experimental::ServerRpcInfo& info,
                     MessageForm received, Asks asks)
    : guard_(guard),
      info_(info),
      received_(received),
      asks_(asks),
      began_(std::chrono::system_clock::now()) {
  hand_over_.Give();
}

// gRPC may let go of the call's context, and of its interceptors, before the call leaves the table:
// it does where the application allocates contexts itself.
CallMeter::~CallMeter() {
  hand_over_.Take();
  if (is_observing_) RunningCalls::Instance().StopObserving(call_, *this);
}

void CallMeter::Look(InterceptorBatchMethods& batch) {
  hand_over_.Take();
  if (batch.QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
    deadline_ = info_.server_context()->deadline();
  }
  Observe();
  if (batch.QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
    // Null where a stream has ended, or a message could not be parsed.
    const void* const message = batch.GetRecvMessage();
    if (message != nullptr) Add(BytesOf(message, received_), received_messages_, received_bytes_);
  }
  const bool ends = batch.QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS);
  if (ends) TakeStatus(batch);
  // The reply that goes with the status of a cancelled call goes nowhere.
  const bool is_lost = ends && cancelled_ != 0;
  if (!is_lost && batch.QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
    Add(batch.GetSerializedSendMessage()->Length(), sent_messages_, sent_bytes_);
  }
  // It is final now. The context of a sync call must not be asked here: it would wait for this.
  if (batch.QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_CLOSE) &&
      IsOfCallbackApi(info_.server_context())) {
    LookWhetherCancelled();
  }
  hand_over_.Give();
}

// Once it is admitted it is in the table; a refused call is never found there.
void CallMeter::Observe() {
  if (is_observing_.load(std::memory_order_acquire)) return;
  grpc_call* const call = info_.server_context()->c_call();
  call_ = call;
  if (call != nullptr && RunningCalls::Instance().Observe(call, *this)) is_observing_ = true;
}

void CallMeter::TakeStatus(InterceptorBatchMethods& batch) {
  status_ = static_cast<int>(batch.GetSendStatus().error_code());
  LookWhetherCancelled();
}

void CallMeter::LookWhetherCancelled() {
  if (cancelled_ != 0 || !info_.server_context()->IsCancelled()) return;
  cancelled_ = std::chrono::system_clock::now().time_since_epoch().count();
}

// The client has run out of time before the server does, by as much as the one's clock and the
// other's differ in speed and the way between them in length; then it cancels the call. It also
// rounds the time that it gives the server up, by a hundredth at the most.
bool CallMeter::RanOutOfTime() const {
  if (deadline_ == Time::max()) return false;
  const auto given = deadline_ - began_;
  const auto tolerance = std::max<Time::duration>(
      given / 50, std::min<Time::duration>(std::chrono::milliseconds(50), given / 4));
  return Time(Time::duration(cancelled_)) >= deadline_ - tolerance;
}

int CallMeter::StatusCode(std::optional<absl::StatusCode> revoked_with) const {
  if (revoked_with) return static_cast<int>(*revoked_with);
  const int status = status_;
  if (cancelled_ != 0 || status < 0) {
    return RanOutOfTime() ? grpc::StatusCode::DEADLINE_EXCEEDED : grpc::StatusCode::CANCELLED;
  }
  // What a client makes of a number that it does not know.
  return status <= kHighestStatus ? status : grpc::StatusCode::UNKNOWN;
}

void CallMeter::OnEnd(const Authorization& admitted,
                      std::optional<absl::StatusCode> revoked_with) noexcept {
  is_observing_ = false;
  if (asks_ == Asks::kUntilEnd) LookWhetherCancelled();
  CallEnd end;
  end.status_code = StatusCode(revoked_with);
  end.received_messages = received_messages_;
  end.received_bytes = received_bytes_;
  end.sent_messages = sent_messages_;
  end.sent_bytes = sent_bytes_;
  if (revoked_with) {
    // The record of the revocation comes first, and may still be to be written.
    guard_.supervisor().RecordEndLater(HeldCall(call_, info_.method(), admitted), end);
  } else {
    guard_.RecordEnd(call_, info_.method(), admitted, end);
  }
}

}  // namespace certgate
