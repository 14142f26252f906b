#include "src/client/transport_log.h"

#include <grpc/support/log.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>

namespace certgate {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;

// Not destroyed: gRPC's threads may log while the process ends.
struct Captured {
  std::mutex mutex;
  std::string text;  // guarded by mutex
};

Captured& TheLog() {
  static Captured& captured = *new Captured;
  return captured;
}

// Called from C: an exception would end the process.
void Capture(gpr_log_func_args* args) noexcept {
  try {
    Captured& captured = TheLog();
    const std::string_view message = args->message;
    const std::lock_guard lock(captured.mutex);
    if (captured.text.size() + message.size() >= kMaxBytes) return;
    captured.text.append(message);
    captured.text.push_back('\n');
  } catch (const std::exception&) {
    // Out of memory: the explanation of a failure will be less precise.
    return;
  }
}

}  // namespace

void CaptureTransportLog() {
  if (std::getenv("GRPC_VERBOSITY") != nullptr) return;
  TheLog();
  gpr_set_log_function(&Capture);
}

std::string TransportLog() {
  Captured& captured = TheLog();
  const std::lock_guard lock(captured.mutex);
  return captured.text;
}

}  // namespace certgate
