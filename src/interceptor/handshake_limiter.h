#ifndef CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_LIMITER_H_
#define CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_LIMITER_H_

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/interceptor/handshake_message.h"

namespace certgate {

/// A failure, or several of one cause, to be recorded.
struct HandshakeReport {
  absl::Time time;
  HandshakeFailure failure;
  std::uint64_t count = 1;
  absl::Time since;
};

/// Decides which failures are recorded one by one and which are only counted: at most `kMostSingle`
/// of a cause in each `Window()`, which begins with the first of them. Has no clock and does not
/// wait; not thread-safe.
class HandshakeLimiter {
 public:
  static constexpr int kMostSingle = 10;
  /// Causes that are told apart at a time; what exceeds them counts as one cause. There are only a
  /// few dozen, unless gRPC says something that changes from one failure to the next.
  static constexpr std::size_t kMostCauses = 64;
  static constexpr absl::Duration Window() { return absl::Seconds(10); }

  /// Takes a failure at `now`. Returns its report, or nothing if it is only counted, as it is
  /// without `has_room` in any case. Call `TakeFinished` first.
  std::optional<HandshakeReport> Take(absl::Time now, HandshakeFailure failure, bool has_room);

  /// Ends the windows that are over at `now`, all of them if the clock went back, and adds the
  /// counts of those in which something was only counted to `reports`. A count that finds no memory
  /// is kept.
  void TakeFinished(absl::Time now, std::vector<HandshakeReport>& reports);
  /// Ends all windows.
  void TakeAll(absl::Time now, std::vector<HandshakeReport>& reports);

  /// When the next window ends; infinitely late if none is open.
  absl::Time NextEnd() const;

 private:
  struct Open {
    absl::Time start;
    int single = 0;
    std::uint64_t counted = 0;
    // The time of the first that was only counted.
    absl::Time since;
  };
  using Windows = std::map<std::string, Open>;
  Windows::iterator End(Windows::iterator window, absl::Time now,
                        std::vector<HandshakeReport>& reports);

  Windows windows_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_HANDSHAKE_LIMITER_H_
