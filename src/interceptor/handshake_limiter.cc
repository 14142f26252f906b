#include "src/interceptor/handshake_limiter.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace certgate {
namespace {

constexpr char kManyCauses[] = "many different causes";

}  // namespace

std::optional<HandshakeReport> HandshakeLimiter::Take(absl::Time now, HandshakeFailure failure,
                                                      bool has_room) {
  if (!windows_.contains(failure.cause) && windows_.size() >= kMostCauses) {
    failure.cause = kManyCauses;
  }
  const auto [place, is_new] = windows_.try_emplace(failure.cause);
  Open& window = place->second;
  if (is_new) window.start = now;
  if (has_room && window.single < kMostSingle) {
    ++window.single;
    return HandshakeReport{now, std::move(failure), 1, now};
  }
  if (window.counted++ == 0) window.since = now;
  return std::nullopt;
}

HandshakeLimiter::Windows::iterator HandshakeLimiter::End(Windows::iterator window, absl::Time now,
                                                          std::vector<HandshakeReport>& reports) {
  const auto& [cause, open] = *window;
  if (open.counted > 0) reports.push_back({now, {cause, ""}, open.counted, open.since});
  return windows_.erase(window);
}

void HandshakeLimiter::TakeFinished(absl::Time now, std::vector<HandshakeReport>& reports) {
  for (auto window = windows_.begin(); window != windows_.end();) {
    const absl::Time start = window->second.start;
    const bool is_open = now >= start && now - start < Window();
    window = is_open ? std::next(window) : End(window, now, reports);
  }
}

void HandshakeLimiter::TakeAll(absl::Time now, std::vector<HandshakeReport>& reports) {
  while (!windows_.empty()) End(windows_.begin(), now, reports);
}

absl::Time HandshakeLimiter::NextEnd() const {
  absl::Time end = absl::InfiniteFuture();
  for (const auto& [cause, window] : windows_) end = std::min(end, window.start + Window());
  return end;
}

}  // namespace certgate
