#include "src/server/grpc_log.h"

#include <absl/strings/match.h>
#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

namespace certgate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kWindow = std::chrono::seconds(10);
constexpr int kMostInWindow = 20;

// How many messages may go out in each window of time.
class RateLimit {
 public:
  struct Verdict {
    bool admitted = false;
    // Messages of the window that has just ended which were not admitted.
    int suppressed = 0;
  };

  Verdict Take(Clock::time_point now) {
    Verdict verdict;
    if (now - window_start_ >= kWindow) {
      verdict.suppressed = suppressed_;
      window_start_ = now;
      taken_ = 0;
      suppressed_ = 0;
    }
    verdict.admitted = taken_ < kMostInWindow;
    ++(verdict.admitted ? taken_ : suppressed_);
    return verdict;
  }

 private:
  Clock::time_point window_start_;
  int taken_ = 0;
  int suppressed_ = 0;
};

// Not destroyed: gRPC's threads may log while the process ends.
struct Router {
  std::mutex mutex;
  bool starting = true;                         // guarded by mutex
  RateLimit limit;                              // guarded by mutex
  std::unique_ptr<HandshakeFailures> watching;  // guarded by mutex
  // The least severity that is logged, by the environment.
  int least_severity = GPR_LOG_SEVERITY_ERROR;
};

Router& TheRouter() {
  static Router& router = *new Router;
  return router;
}

spdlog::level::level_enum LevelOf(gpr_log_severity severity, bool starting) {
  const bool is_error = severity == GPR_LOG_SEVERITY_ERROR;
  return is_error && !starting ? spdlog::level::warn : spdlog::level::debug;
}

// gRPC's own reading of GRPC_VERBOSITY, which it leaves alone once the verbosity is set.
int LeastSeverity() {
  const char* const set = std::getenv("GRPC_VERBOSITY");
  const char* const verbosity = set == nullptr ? "" : set;
  if (absl::EqualsIgnoreCase(verbosity, "debug")) return GPR_LOG_SEVERITY_DEBUG;
  if (absl::EqualsIgnoreCase(verbosity, "info")) return GPR_LOG_SEVERITY_INFO;
  if (absl::EqualsIgnoreCase(verbosity, "none")) return GPR_LOG_SEVERITY_ERROR + 1;
  return GPR_LOG_SEVERITY_ERROR;
}

// What a record of a failed handshake says better.
bool IsSaidByRecord(const char* message) {
  return absl::StartsWith(message, "Handshake failed with fatal error") ||
         absl::StartsWith(message, "Security handshake failed") ||
         absl::StrContains(message, "cancel_check_peer error");
}

// True if `args` tells of a failed handshake, of which there will be a record.
bool IsHandshake(Router& router, const gpr_log_func_args* args) {
  const std::lock_guard lock(router.mutex);
  return router.watching != nullptr &&
         (router.watching->Observe(args->file, args->message) || IsSaidByRecord(args->message));
}

void Log(const gpr_log_func_args* args) {
  Router& router = TheRouter();
  if (IsHandshake(router, args) || args->severity < router.least_severity) return;
  spdlog::level::level_enum level = spdlog::level::debug;
  RateLimit::Verdict verdict;
  {
    const std::lock_guard lock(router.mutex);
    level = LevelOf(args->severity, router.starting);
    if (!spdlog::should_log(level)) return;
    verdict = router.limit.Take(Clock::now());
  }
  if (verdict.suppressed > 0) {
    spdlog::warn("grpc: {} more messages were left out", verdict.suppressed);
  }
  if (verdict.admitted) spdlog::log(level, "grpc: {}", args->message);
}

// Called from C: an exception would end the process.
void LogFromC(gpr_log_func_args* args) noexcept {
  try {
    Log(args);
  } catch (const std::exception&) {
    // Out of memory: a message of gRPC is lost, and there is no memory left to say so.
    return;
  }
}

}  // namespace

void RouteGrpcLog() {
  TheRouter().least_severity = LeastSeverity();
  // Failed handshakes are debugging to gRPC. Calls that succeed log nothing, at any level.
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);
  gpr_set_log_function(&LogFromC);
}

void EndStartup() {
  Router& router = TheRouter();
  const std::lock_guard lock(router.mutex);
  router.starting = false;
}

HandshakeWatch::HandshakeWatch(HandshakeSink sink) {
  auto watching = std::make_unique<HandshakeFailures>(std::move(sink));
  Router& router = TheRouter();
  const std::lock_guard lock(router.mutex);
  router.watching = std::move(watching);
}

HandshakeWatch::~HandshakeWatch() {
  Router& router = TheRouter();
  std::unique_ptr<HandshakeFailures> watching;
  {
    const std::lock_guard lock(router.mutex);
    watching.swap(router.watching);
  }
  // It ends outside of the lock: its thread logs.
}

void TellOfHandshake(std::string_view cause, std::string_view peer) noexcept {
  Router& router = TheRouter();
  const std::lock_guard lock(router.mutex);
  if (router.watching != nullptr) router.watching->Add(cause, peer);
}

}  // namespace certgate
