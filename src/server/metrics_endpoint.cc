#include "src/server/metrics_endpoint.h"

#include <CivetServer.h>
#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "src/server/metrics.h"

namespace certgate {
namespace {

constexpr std::string_view kPath = "/metrics";

// What the web server said first on this thread: why it does not start. What follows is about that.
std::string& FirstComplaint() {
  static thread_local std::string complaint;
  return complaint;
}

class Metrics final : public prometheus::Collectable {
 public:
  explicit Metrics(ServerFiguresSource figures) : figures_(std::move(figures)) {}

  // The web server, in C, is no place for exceptions: a reading without figures it is then, which
  // Prometheus shows as `absent`.
  std::vector<prometheus::MetricFamily> Collect() const noexcept override {
    try {
      return ToMetrics(figures_());
    } catch (const std::exception& error) {
      spdlog::error("the metrics could not be collected: {}", error.what());
      return {};
    }
  }

 private:
  const ServerFiguresSource figures_;
};

// The web server has uses for other methods, and a handler for a path gets all paths below it.
// Returns 0 to let the request pass, else the status with which it was answered.
int TurnAwayOthers(mg_connection* connection) noexcept {
  const mg_request_info& request = *mg_get_request_info(connection);
  if (request.local_uri == nullptr || request.local_uri != kPath) {
    mg_send_http_error(connection, 404, "%s", "there is nothing here but /metrics");
    return 404;
  }
  if (request.request_method == nullptr || request.request_method != std::string_view("GET")) {
    mg_send_http_error(connection, 405, "%s", "only GET is answered");
    return 405;
  }
  return 0;
}

// What readers do wrong is not worth a warning; returns 1 for "logged".
int TakeMessage(const mg_connection* /*connection*/, const char* message) noexcept {
  try {
    if (FirstComplaint().empty()) FirstComplaint() = message;
    spdlog::debug("metrics: {}", message);
  } catch (const std::exception&) {
    // There is nobody left to tell.
  }
  return 1;
}

// No page of another origin may read the metrics through somebody's browser; seconds are enough for
// a request of one line.
std::vector<std::string> OptionsFor(const std::string& address) {
  std::vector<std::string> options = {"listening_ports", address};
  options.insert(options.end(), {"num_threads", "2"});
  options.insert(options.end(), {"request_timeout_ms", "5000"});
  options.insert(options.end(), {"access_control_allow_origin", ""});
  options.insert(options.end(), {"access_control_allow_methods", ""});
  return options;
}

CivetCallbacks Callbacks() {
  CivetCallbacks callbacks;
  callbacks.begin_request = TurnAwayOthers;
  callbacks.log_message = TakeMessage;
  return callbacks;
}

}  // namespace

MetricsEndpoint::MetricsEndpoint(const std::string& address, ServerFiguresSource figures)
    : metrics_(std::make_shared<Metrics>(std::move(figures))) {
  const CivetCallbacks callbacks = Callbacks();
  exposer_ = std::make_unique<prometheus::Exposer>(OptionsFor(address), &callbacks);
  exposer_->RegisterCollectable(metrics_, std::string(kPath));
  const std::vector<int> ports = exposer_->GetListeningPorts();
  if (!ports.empty()) port_ = ports.front();
}

MetricsEndpoint::~MetricsEndpoint() = default;

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, ServerFiguresSource figures) {
  try {
    FirstComplaint().clear();
    return std::unique_ptr<MetricsEndpoint>(new MetricsEndpoint(address, std::move(figures)));
  } catch (const std::exception& error) {
    const std::string& complaint = FirstComplaint();
    return absl::UnavailableError(
        absl::StrCat("metrics cannot be served on `", address,
                     "`: ", complaint.empty() ? error.what() : complaint,
                     "; free the address, or give another one as `metrics_listen`"));
  }
}

}  // namespace certgate
