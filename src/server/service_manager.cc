#include "src/server/service_manager.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstring>
#include <ctime>
#include <exception>
#include <string>
#include <utility>

namespace certgate {
namespace {

// One line of the protocol is one assignment.
std::string OneLine(const std::string& text) { return absl::StrReplaceAll(text, {{"\n", " "}}); }

std::string Sentence(const ReloadStatus& status) {
  std::string text = absl::StrCat("policy ", status.policy_name, ", ", status.policy_entries,
                                  " entries, generation ", status.generation);
  if (!status.errors.empty()) {
    const Diagnostic& first = status.errors.front();
    absl::StrAppend(&text, "; newer files are refused: ");
    if (!first.file.empty()) absl::StrAppend(&text, first.file, ":", first.location.line, ": ");
    absl::StrAppend(&text, first.message);
  }
  return OneLine(text);
}

void Tell(const std::string& state) {
  const int told = sd_notify(/*unset_environment=*/0, state.c_str());
  if (told < 0) spdlog::warn("systemd cannot be told how the server is: {}", std::strerror(-told));
}

// As sd_notify(3) wants it under RELOADING=1.
std::uint64_t MonotonicMicroseconds() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

void ServiceManager::TellReady(const ReloadStatus& status) {
  const std::lock_guard lock(mutex_);
  is_ready_ = true;
  Tell(absl::StrCat("READY=1\nSTATUS=", Sentence(status)));
}

void ServiceManager::TellReloading() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  Tell(absl::StrCat("RELOADING=1\nMONOTONIC_USEC=", MonotonicMicroseconds()));
}

void ServiceManager::Show(const ReloadStatus& status) {
  const std::lock_guard lock(mutex_);
  // Before it serves it is not ready, whatever its files are.
  if (!is_ready_ || is_stopping_) return;
  Tell(absl::StrCat("READY=1\nSTATUS=", Sentence(status)));
}

void ServiceManager::TellStopping() {
  const std::lock_guard lock(mutex_);
  is_stopping_ = true;
  Tell("STOPPING=1\nSTATUS=draining");
}

ServiceWatchdog::ServiceWatchdog(std::function<void()> ask) : ask_(std::move(ask)) {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return;
  // Half of what is allowed, as sd_watchdog_enabled(3) advises.
  thread_ = std::thread([this, microseconds] { Run(std::chrono::microseconds(microseconds / 2)); });
}

ServiceWatchdog::~ServiceWatchdog() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ServiceWatchdog::Run(std::chrono::microseconds interval) {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    lock.unlock();
    try {
      ask_();
      Tell("WATCHDOG=1");
    } catch (const std::exception& error) {
      spdlog::error("the server could not be asked whether it is well: {}", error.what());
    }
    lock.lock();
    wake_.wait_for(lock, interval, [this] { return ends_; });
  }
}

}  // namespace certgate
