#ifndef CERTGATE_TESTS_SUPPORT_LONG_CALL_H_
#define CERTGATE_TESTS_SUPPORT_LONG_CALL_H_

#include <absl/time/time.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace certgate::testing {

enum class CallKind { kUnary, kServerStream, kClientStream, kBidiStream };
inline constexpr std::array kCallKinds = {CallKind::kUnary, CallKind::kServerStream,
                                          CallKind::kClientStream, CallKind::kBidiStream};

/// `helloworld.Greeter/SayHello`, as audit records write it.
std::string MethodOf(CallKind kind);

/// A call to a handler of the counting Greeter that waits, on a thread of its own.
class LongCall {
 public:
  struct End {
    grpc::Status status;
    absl::Time at;
  };

  /// The client gives it up after `patience`.
  LongCall(std::shared_ptr<grpc::Channel> channel, CallKind kind,
           absl::Duration patience = absl::InfiniteDuration());
  /// Cancels the call if it has not ended.
  ~LongCall();
  LongCall(const LongCall&) = delete;
  LongCall& operator=(const LongCall&) = delete;

  void Cancel() { context_.TryCancel(); }

  /// How it ended, if it has.
  std::optional<End> end() const;
  /// The same, but waits for it, for ten seconds at the most.
  std::optional<End> WaitForEnd() const;

 private:
  void Run(CallKind kind);
  grpc::Status Call(CallKind kind);

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;
  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;
  std::optional<End> end_;  // guarded by mutex_
  std::thread thread_;
};

/// A unary call that does not wait, with a deadline of ten seconds. Sets `is_resumed`, if given, to
/// whether gRPC's client resumed a TLS session for it.
grpc::Status SayHello(const std::shared_ptr<grpc::Channel>& channel, bool* is_resumed = nullptr);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_LONG_CALL_H_
