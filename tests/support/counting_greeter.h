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

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> callers_;
};

/// A Greeter that notes each call in `log` before anything else. The name `throw` makes the unary
/// handler throw. `log` must outlive the service.
std::unique_ptr<grpc::Service> MakeSyncGreeter(HandlerLog& log);
std::unique_ptr<grpc::Service> MakeCallbackGreeter(HandlerLog& log);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_COUNTING_GREETER_H_
