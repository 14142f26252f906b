#ifndef CERTGATE_SRC_INTERCEPTOR_GUARD_H_
#define CERTGATE_SRC_INTERCEPTOR_GUARD_H_

#include <absl/status/status.h>
#include <certgate/authorizer.h>
#include <grpc/grpc.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string_view>

#include "src/interceptor/call_supervisor.h"

namespace certgate {

/// The policy enforcement point that the three rings share: asks the authorizer about a call, once.
/// Thread-safe.
class Guard {
 public:
  explicit Guard(std::shared_ptr<Authorizer> authorizer);

  /// Decides and records whether `call` may reach `path`. May wait for the disk.
  Authorization Authorize(grpc_call* call, std::string_view path) const noexcept;
  /// The same for gRPC's own threads, which must not wait; see `Authorizer::Authorize`.
  Authorization Authorize(grpc_call* call, std::string_view path,
                          Authorizer::WhenRecorded when_recorded) const noexcept;

  /// Starts to watch over running calls. An error of the system keeps the server from starting.
  absl::Status Start() { return supervisor_.Start(); }
  CallSupervisor& supervisor() const { return supervisor_; }

  /// Ends `call` with the status of `refusal`: its handler, if it has one, finds it cancelled.
  static void End(grpc_call* call, const Authorization& refusal) noexcept;

  /// The status for the caller of a refused call. Falls back to a status without a message when
  /// there is no memory for one; never OK.
  static grpc::Status RefusalStatus(const Authorization& refusal) noexcept;

 private:
  const std::shared_ptr<Authorizer> authorizer_;
  mutable CallSupervisor supervisor_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_GUARD_H_
