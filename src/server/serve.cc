#include "src/server/serve.h"

#include <absl/status/statusor.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <certgate/authorizer.h>
#include <certgate/server_builder.h>
#include <certgate/version.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/server/caller_service.h"
#include "src/server/greeter_callback.h"
#include "src/server/greeter_sync.h"
#include "src/server/grpc_log.h"
#include "src/server/handshake_log.h"
#include "src/server/health_watches.h"
#include "src/server/limits.h"
#include "src/server/port_file.h"
#include "src/server/signals.h"

namespace certgate {
namespace {

// What serves calls; must outlive the server.
struct Services {
  explicit Services(const std::shared_ptr<const Authorizer>& authorizer) : caller(authorizer) {}
  GreeterSync greeter_sync;
  GreeterCallback greeter_callback;
  CallerService caller;
  HealthWatches health_watches;
};

struct Running {
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

ExitCode Refuse(const absl::Status& status) {
  std::cerr << "greeter-server: " << status.message() << '\n';
  return kExitInput;
}

absl::StatusOr<Running> Start(const ServerSettings& settings, const ServerInputs& inputs,
                              const std::shared_ptr<Authorizer>& authorizer, Services& services) {
  Running running;
  ServerBuilder builder(authorizer);
  ApplyLimits(settings, builder);
  builder.AddListeningPort(settings.listen, inputs.credentials, &running.port);
  if (settings.api == "sync") {
    builder.RegisterService<helloworld::Greeter>(&services.greeter_sync);
  } else {
    builder.RegisterService<helloworld::Greeter>(&services.greeter_callback);
  }
  builder.RegisterService<v1::CallerService>(&services.caller);
  builder.AddInterceptor(services.health_watches.Factory());

  std::vector<std::string> methods = builder.guarded_methods();
  if (settings.health) {
    methods.insert(methods.end(), {"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"});
  }
  services.caller.ListMethods(std::move(methods));

  running.server = builder.BuildAndStart();
  if (running.server == nullptr) return builder.status();
  return running;
}

// The address with the port that was really taken.
std::string BoundAddress(const ServerSettings& settings, int port) {
  if (absl::StartsWith(settings.listen, "unix:")) return settings.listen;
  return absl::StrCat(settings.listen.substr(0, settings.listen.rfind(':')), ":", port);
}

// Takes no more calls, and returns when those that run have ended or the grace is over.
void Drain(grpc::Server& server, HealthWatches& watches, std::chrono::seconds grace) {
  const auto deadline = std::chrono::system_clock::now() + grace;
  if (auto* health = server.GetHealthCheckService()) watches.End(*health);
  server.Shutdown(deadline);
  server.Wait();
}

// Returns the name of the signal that stops the server.
const char* WaitForStop(const std::function<void()>& reload) {
  for (;;) {
    const Signal signal = WaitForSignal();
    if (signal.kind == Signal::kStop) return signal.name;
    spdlog::info("{}: reloading", signal.name);
    reload();
  }
}

}  // namespace

ExitCode Serve(const ServerSettings& settings, const ServerInputs& inputs) {
  const auto authorizer = MakeAuthorizer(settings, inputs.policy);
  if (!authorizer.ok()) return Refuse(authorizer.status());
  Services services(*authorizer);
  std::optional<HandshakeWatch> handshakes(std::in_place, &LogHandshake);
  auto running = Start(settings, inputs, *authorizer, services);
  if (!running.ok()) return Refuse(running.status());
  EndStartup();

  const absl::Status written = WritePortFile(settings.port_file, running->port);
  if (!written.ok()) return Refuse(written);
  spdlog::info("greeter-server {} listening on {}, policy `{}` {}", CERTGATE_VERSION,
               BoundAddress(settings, running->port), inputs.policy->name(),
               inputs.policy->version());

  const char* const signal = WaitForStop([] {});
  spdlog::info("{}: draining, running calls have {} seconds", signal, settings.shutdown_grace);
  ExitOnNextStopSignal();
  Drain(*running->server, services.health_watches, std::chrono::seconds(settings.shutdown_grace));
  running->server.reset();
  handshakes.reset();
  spdlog::info("stopped");
  return kExitOk;
}

}  // namespace certgate
