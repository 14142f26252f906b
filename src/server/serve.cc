#include "src/server/serve.h"

#include <absl/status/statusor.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/audit_log.h>
#include <certgate/authorizer.h>
#include <certgate/call_figures.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <certgate/version.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/server/caller_service.h"
#include "src/server/complain.h"
#include "src/server/connection_gate.h"
#include "src/server/figures.h"
#include "src/server/greeter_callback.h"
#include "src/server/greeter_sync.h"
#include "src/server/grpc_log.h"
#include "src/server/handshake_log.h"
#include "src/server/health_watches.h"
#include "src/server/inputs.h"
#include "src/server/limits.h"
#include "src/server/metrics_endpoint.h"
#include "src/server/port_file.h"
#include "src/server/server_health.h"
#include "src/server/service_manager.h"
#include "src/server/signals.h"
#include "src/server/status_service.h"

namespace certgate {
namespace {

// What serves calls; must outlive the server.
struct Services {
  explicit Services(const std::shared_ptr<const Authorizer>& authorizer) : caller(authorizer) {}
  GreeterSync greeter_sync;
  GreeterCallback greeter_callback;
  CallerService caller;
  StatusService status;
  HealthWatches health_watches;
  std::atomic<std::uint64_t> failed_handshakes{0};
};

struct Running {
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  // Their full names.
  std::vector<std::string> services;
  ServerFiguresSource figures;
  // Null if nobody wants metrics.
  std::unique_ptr<MetricsEndpoint> metrics;
};

// `calls` counts those of the server. The rest is borrowed.
ServerFiguresSource FiguresOf(const Reloader& reloader, const AuditLog& audit_log,
                              const Services& services, CallFiguresSource calls) {
  return [&reloader, &audit_log, &services, calls = std::move(calls), started_at = absl::Now()] {
    ServerFigures figures;
    figures.started_at = started_at;
    figures.now = absl::Now();
    figures.files = reloader.status();
    figures.calls = calls();
    figures.authorizer = reloader.authorizer()->figures();
    figures.audit = audit_log.status();
    figures.audit_writes = audit_log.write_durations();
    figures.failed_handshakes = services.failed_handshakes.load(std::memory_order_relaxed);
    return figures;
  };
}

ExitCode Refuse(const absl::Status& status) {
  std::cerr << "greeter-server: " << status.message() << '\n';
  return kExitInput;
}

absl::StatusOr<Running> Start(const ServerSettings& settings, const Reloader& reloader,
                              const AuditLog& audit_log, Services& services) {
  auto credentials = MutualTlsServerCredentials(reloader.tls_material());
  if (!credentials.ok()) return credentials.status();
  Running running;
  ServerBuilder builder(reloader.authorizer());
  ApplyLimits(settings, builder);
  builder.AddListeningPort(settings.listen, *std::move(credentials), &running.port);
  if (settings.api == "sync") {
    builder.RegisterService<helloworld::Greeter>(&services.greeter_sync);
  } else {
    builder.RegisterService<helloworld::Greeter>(&services.greeter_callback);
  }
  builder.RegisterService<v1::CallerService>(&services.caller);
  builder.RegisterService<v1::StatusService>(&services.status);
  builder.AddInterceptor(services.health_watches.Factory());
  builder.RecordCallEnds(settings.audit.call_end);

  std::vector<std::string> methods = builder.guarded_methods();
  for (const std::string& path : methods) {
    std::string service = path.substr(1, path.rfind('/') - 1);
    if (running.services.empty() || running.services.back() != service) {
      running.services.push_back(std::move(service));
    }
  }
  if (settings.health) {
    methods.insert(methods.end(), {"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"});
  }
  services.caller.ListMethods(std::move(methods));
  running.figures = FiguresOf(reloader, audit_log, services, builder.call_figures());
  services.status.Ask(running.figures);
  if (!settings.metrics_listen.empty()) {
    auto metrics = MetricsEndpoint::Start(settings.metrics_listen, running.figures);
    if (!metrics.ok()) return metrics.status();
    running.metrics = *std::move(metrics);
  }

  running.server = builder.BuildAndStart();
  if (running.server == nullptr) return builder.status();
  return running;
}

// Null after what is wrong with the files has been said.
std::unique_ptr<Reloader> LoadFiles(const ServerSettings& settings,
                                    std::shared_ptr<AuditLog> audit_log, ServerHealth& health,
                                    ServiceManager& manager) {
  ReloaderOptions options;
  options.files = FilesOf(settings);
  options.audit_log = std::move(audit_log);
  options.watch = settings.reload.watch;
  options.poll_interval = absl::Seconds(settings.reload.interval);
  options.on_status = [&health, &manager](const ReloadStatus& status) {
    health.Show(status);
    manager.Show(status);
  };
  ReloaderStart start = Reloader::Start(std::move(options));
  if (start.reloader == nullptr) Complain(start.diagnostics);
  return std::move(start.reloader);
}

// The address with the port that was really taken.
std::string BoundAddress(const std::string& listen, int port) {
  if (absl::StartsWith(listen, "unix:")) return listen;
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

// Takes no more calls, and returns when those that run have ended or the grace is over.
void Drain(grpc::Server& server, HealthWatches& watches, std::chrono::seconds grace) {
  const auto deadline = std::chrono::system_clock::now() + grace;
  if (auto* health = server.GetHealthCheckService()) watches.End(*health);
  server.Shutdown(deadline);
  server.Wait();
}

absl::Status LimitOpenConnections(const ServerSettings& settings) {
  const absl::StatusOr<int> most =
      OpenConnectionGate(settings.max_connections, [](std::string_view peer) noexcept {
        TellOfHandshake("the server has as many connections as it takes (max_connections)", peer);
      });
  if (!most.ok()) return most.status();
  if (*most < settings.max_connections) {
    spdlog::warn(
        "the limit of open files leaves room for {} connections, not {} as `max_connections` says: "
        "raise it (`ulimit -Hn`, LimitNOFILE)",
        *most, settings.max_connections);
  }
  return absl::OkStatus();
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

ExitCode Serve(const ServerSettings& settings) {
  ServerHealth health;
  ServiceManager manager;
  const auto audit_log =
      OpenAuditTrail(settings.audit, [&health](const AuditStatus& status) { health.Show(status); });
  if (!audit_log.ok()) return Refuse(audit_log.status());
  const std::unique_ptr<Reloader> reloader = LoadFiles(settings, *audit_log, health, manager);
  if (reloader == nullptr) return kExitInput;
  Services services(reloader->authorizer());
  std::optional<HandshakeWatch> handshakes(
      std::in_place, RecordHandshakes(*audit_log, services.failed_handshakes));
  if (const absl::Status limited = LimitOpenConnections(settings); !limited.ok()) {
    return Refuse(limited);
  }
  auto running = Start(settings, *reloader, **audit_log, services);
  if (!running.ok()) return Refuse(running.status());
  EndStartup();

  const absl::Status written = WritePortFile(settings.port_file, running->port);
  if (!written.ok()) return Refuse(written);
  spdlog::info("greeter-server {} listening on {}", CERTGATE_VERSION,
               BoundAddress(settings.listen, running->port));
  if (running->metrics != nullptr) {
    spdlog::info("metrics on http://{}/metrics",
                 BoundAddress(settings.metrics_listen, running->metrics->port()));
  }

  health.Attach(running->server->GetHealthCheckService(), running->services);
  // What it asks for waits for all that could be stuck.
  const ServiceWatchdog watchdog(running->figures);
  manager.TellReady(reloader->status());
  const char* const signal = WaitForStop([&] {
    manager.TellReloading();
    (*audit_log)->Reopen();
    reloader->Reload();
  });
  spdlog::info("{}: draining, running calls have {} seconds", signal, settings.shutdown_grace);
  ExitOnNextStopSignal();
  manager.TellStopping();
  health.Detach();
  Drain(*running->server, services.health_watches, std::chrono::seconds(settings.shutdown_grace));
  running->metrics.reset();
  running->server.reset();
  handshakes.reset();
  (*audit_log)->Close();
  spdlog::info("stopped");
  return kExitOk;
}

}  // namespace certgate
