#ifndef CERTGATE_SERVER_BUILDER_H_
#define CERTGATE_SERVER_BUILDER_H_

#include <absl/status/status.h>
#include <certgate/authorizer.h>
#include <certgate/call_figures.h>
#include <grpcpp/server_builder.h>

#include <memory>
#include <string>
#include <vector>

namespace certgate {

/// A `grpc::ServerBuilder` whose server answers nobody that the authorizer has not admitted:
///
///     certgate::ServerBuilder builder(authorizer);
///     builder.AddListeningPort("0.0.0.0:50051", credentials);
///     builder.RegisterService<helloworld::Greeter>(&greeter);
///     std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
///     if (server == nullptr) std::cerr << builder.status();
///
/// Guards every method of the registered services, what gRPC registers itself (health,
/// reflection), and every path that nothing registered. The first mistake is kept in `status()`
/// and makes `BuildAndStart` return null. The server keeps what it needs of the builder, which may
/// be destroyed first; the services must outlive the server, as with gRPC. Not thread-safe.
class ServerBuilder final : public grpc::ServerBuilder {
 public:
  /// `authorizer` must not be null.
  explicit ServerBuilder(std::shared_ptr<Authorizer> authorizer);
  ~ServerBuilder() override;

  /// Registers `service`, an implementation of the generated service class `Generated` with the
  /// sync API or with the callback API. Refused (see `status()`): null, a service with
  /// completion-queue (`Async`), generic or mixed methods, and one whose descriptor is not linked
  /// into the program.
  template <typename Generated>
  ServerBuilder& RegisterService(typename Generated::Service* service) {
    return RegisterGuarded(Generated::service_full_name(), service);
  }

  /// Listens on `address`, e.g. `0.0.0.0:50051`; `selected_port`, if given, receives the port, or
  /// 0 on failure. `credentials` must come from `MutualTlsServerCredentials`: any other, insecure
  /// ones first of all, are refused.
  ServerBuilder& AddListeningPort(const std::string& address,
                                  std::shared_ptr<grpc::ServerCredentials> credentials,
                                  int* selected_port = nullptr);

  /// Adds a server interceptor of the application. It runs after certgate's own.
  ServerBuilder& AddInterceptor(
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> factory);

  /// Records how each admitted call to one of `methods` ended (`call-end`): its status, its length,
  /// and what it received and sent. They are written as in policies: `/package.Service/Method`,
  /// `/package.Service/*`, `/package.*`, `*`; anything else is refused (see `status()`). Off by
  /// default, and for methods that no service has. The last call of this counts.
  ServerBuilder& RecordCallEnds(const std::vector<std::string>& methods);

  /// Starts the server, or returns null and says why in `status()`: a mistake made before, no
  /// port or no service, an address that cannot be bound, a service or port that was added
  /// through the base class. May be called once.
  std::unique_ptr<grpc::Server> BuildAndStart() override;

  /// OK, or the first mistake. The message names the thing and the next step.
  const absl::Status& status() const { return status_; }

  /// The paths of all registered methods, `/package.Service/Method`, in order of registration.
  const std::vector<std::string>& guarded_methods() const { return guarded_methods_; }

  /// Counts the calls of the server; for metrics and the like. Empty without an authorizer.
  CallFiguresSource call_figures() const;

  // What would lead around the guard, or replace it.
  ServerBuilder& RegisterService(grpc::Service*) = delete;
  ServerBuilder& RegisterService(const std::string&, grpc::Service*) = delete;
  ServerBuilder& RegisterAsyncGenericService(grpc::AsyncGenericService*) = delete;
  ServerBuilder& RegisterCallbackGenericService(grpc::CallbackGenericService*) = delete;
  experimental_type experimental() = delete;

 private:
  ServerBuilder& RegisterGuarded(const std::string& service_name, grpc::Service* service);
  void Fail(absl::Status status);
  // The application's arguments, and safe limits where it set none.
  grpc::ChannelArguments BuildChannelArgs() override;
  absl::Status CheckBeforeStart();

  // What the running server needs; it takes a share.
  struct Parts;
  std::shared_ptr<Parts> parts_;
  absl::Status status_;
  std::vector<std::string> guarded_methods_;
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      application_interceptors_;
};

}  // namespace certgate

#endif  // CERTGATE_SERVER_BUILDER_H_
