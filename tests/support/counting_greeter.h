#ifndef CERTGATE_TESTS_SUPPORT_COUNTING_GREETER_H_
#define CERTGATE_TESTS_SUPPORT_COUNTING_GREETER_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace grpc {
class Service;
class ServerContextBase;
}  // namespace grpc

namespace certgate::testing {

/// What the handlers of a counting Greeter saw. Thread-safe.
class HandlerLog {
 public:
  /// Notes a call and the common name that certgate::CallerOf gives for it.
  void Note(const grpc::ServerContextBase* context);
  std::size_t calls() const;
  std::vector<std::string> callers() const;

  /// Notes that a handler waits for its call to be cancelled, and that it saw it.
  void NoteWaiting(const grpc::ServerContextBase* context);
  void NoteCancelled(const grpc::ServerContextBase* context);
  /// How many handlers have begun to wait for the calls of `caller`.
  std::size_t waiting(const std::string& caller) const;
  std::size_t cancelled(const std::string& caller) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> callers_;
  std::vector<std::string> waiting_;
  std::vector<std::string> cancelled_;
};

/// The name that makes a handler stay until its call is cancelled. Those that stream replies send
/// one first; those that stream requests go on taking them.
inline constexpr char kWait[] = "wait";
/// The same for the stream of replies alone, but it sends replies as fast as they are taken.
inline constexpr char kFlood[] = "flood";

/// A Greeter that notes each call in `log` before anything else. The name `throw` makes the unary
/// handler throw. `log` must outlive the service.
std::unique_ptr<grpc::Service> MakeSyncGreeter(HandlerLog& log);
std::unique_ptr<grpc::Service> MakeCallbackGreeter(HandlerLog& log);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_COUNTING_GREETER_H_
