#include <certgate/reloader.h>

#include <exception>
#include <utility>

#include "src/authorization/reload_worker.h"

namespace certgate {
namespace {

ReloaderStart Failure(std::string message) {
  ReloaderStart start;
  start.diagnostics.emplace_back().message = std::move(message);
  return start;
}

std::string WhyUnusable(const ReloaderOptions& options) {
  if (options.audit_log == nullptr) return "a reloader needs an audit log";
  if (options.clock == nullptr) return "a reloader needs a clock";
  const bool polls = options.poll_interval != absl::ZeroDuration();
  if (polls && options.poll_interval < absl::Milliseconds(100)) {
    return "files can be read again every 100 ms at most: give a longer poll interval, or zero";
  }
  return "";
}

}  // namespace

Reloader::Reloader(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}

Reloader::~Reloader() = default;

ReloaderStart Reloader::Start(ReloaderOptions options) {
  try {
    if (std::string why = WhyUnusable(options); !why.empty()) return Failure(std::move(why));
    auto watch = FileWatch::Create();
    if (!watch.ok()) return Failure(std::string(watch.status().message()));
    auto worker = std::make_unique<Worker>(std::move(options), *std::move(watch));
    ReloaderStart start;
    if (!worker->LoadFirst(start.diagnostics)) return start;
    worker->StartThread();
    start.reloader.reset(new Reloader(std::move(worker)));
    return start;
  } catch (const std::exception& error) {
    return Failure(std::string("the files cannot be loaded: ") + error.what());
  }
}

const std::shared_ptr<Authorizer>& Reloader::authorizer() const { return worker_->authorizer(); }

std::function<std::shared_ptr<const TlsMaterial>()> Reloader::tls_material() const {
  return [material = worker_->material()] { return material->Get(); };
}

void Reloader::Reload() noexcept { worker_->AskForReload(); }

ReloadStatus Reloader::status() const { return worker_->status(); }

}  // namespace certgate
