#include "src/server/signals.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <thread>

#include "src/server/command_line.h"

namespace certgate {
namespace {

sigset_t OurSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

void PrepareSignals() {
  const sigset_t signals = OurSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

Signal WaitForSignal() {
  const sigset_t signals = OurSignals();
  int signal_number = 0;
  while (sigwait(&signals, &signal_number) != 0) {
  }
  if (signal_number == SIGHUP) return {Signal::kReload, "SIGHUP"};
  return {Signal::kStop, signal_number == SIGTERM ? "SIGTERM" : "SIGINT"};
}

void ExitOnNextStopSignal() {
  std::thread([] {
    Signal signal = WaitForSignal();
    while (signal.kind != Signal::kStop) signal = WaitForSignal();
    spdlog::error("{} again: stopping at once", signal.name);
    _exit(kExitFailure);
  }).detach();
}

}  // namespace certgate
