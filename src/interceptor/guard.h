#ifndef CERTGATE_SRC_INTERCEPTOR_GUARD_H_
#define CERTGATE_SRC_INTERCEPTOR_GUARD_H_

#include <absl/status/status.h>
#include <certgate/authorizer.h>
#include <grpc/grpc.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "src/interceptor/call_end_keys.h"
#include "src/interceptor/call_facts.h"
#include "src/interceptor/call_supervisor.h"

namespace certgate {

/// The policy enforcement point that the three rings share: asks the authorizer about a call, once.
/// Thread-safe.
class Guard {
 public:
  /// What is called.
  struct Method {
    /// Must outlive the guard's use of it.
    std::string_view path;
    /// See `Authorizer::NumberOf`; 0 for a method that was not registered.
    std::uint32_t number = 0;
  };

  explicit Guard(std::shared_ptr<Authorizer> authorizer);

  /// The method `path`, which is being registered.
  Method Register(std::string_view path) const;

  /// Decides and records whether `call` may reach `method`. May wait for the disk.
  Authorization Authorize(grpc_call* call, const Method& method) const noexcept;
  /// The same for gRPC's own threads, which must not wait; see `Authorizer::Authorize`.
  Authorization Authorize(grpc_call* call, const Method& method,
                          Authorizer::WhenRecorded when_recorded) const noexcept;

  /// Which methods have the ends of their calls recorded; before the server starts.
  void RecordEndsOf(CallEndKeys keys) { end_keys_ = std::move(keys); }
  bool RecordsEndOf(std::string_view path) const { return end_keys_.Hold(path); }
  /// Records the end of `call`, which `admitted` had let in.
  void RecordEnd(grpc_call* call, std::string_view path, const Authorization& admitted,
                 const CallEnd& end) const noexcept;

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
  CallEndKeys end_keys_;
  mutable CallSupervisor supervisor_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_GUARD_H_
