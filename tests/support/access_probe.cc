#include "tests/support/access_probe.h"

#include <absl/time/clock.h>

#include <chrono>
#include <utility>

namespace certgate::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);
// Between two attempts, so that several probes leave room for one another and for the server.
constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

AccessProbe::AccessProbe(std::function<Answer()> attempt)
    : attempt_(std::move(attempt)), thread_([this] { Run(); }) {}

AccessProbe::~AccessProbe() { Stop(); }

void AccessProbe::Run() {
  while (!stops_.load()) {
    Attempt attempt;
    attempt.begun = absl::Now();
    attempt.answer = attempt_();
    attempt.ended = absl::Now();
    {
      const std::lock_guard lock(mutex_);
      ++(attempt.answer.status.ok() ? admitted_ : refused_);
      attempts_.push_back(std::move(attempt));
    }
    tried_.notify_all();
    std::this_thread::sleep_for(kPause);
  }
}

bool AccessProbe::WaitFor(const std::size_t& counter, std::size_t count) {
  std::unique_lock lock(mutex_);
  return tried_.wait_for(lock, kPatience, [&] { return counter >= count; });
}

bool AccessProbe::WaitForAdmitted(std::size_t count) { return WaitFor(admitted_, count); }

bool AccessProbe::WaitForRefused(std::size_t count) { return WaitFor(refused_, count); }

std::vector<AccessProbe::Attempt> AccessProbe::Stop() {
  stops_.store(true);
  if (thread_.joinable()) thread_.join();
  return attempts_;
}

}  // namespace certgate::testing
