#ifndef CERTGATE_SRC_AUDIT_TOKEN_BUCKET_H_
#define CERTGATE_SRC_AUDIT_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

namespace certgate {

/// How often something may happen: `burst` times at once, and `per_second` in the long run. A burst
/// of 0 means always.
struct Rate {
  double burst = 0;
  double per_second = 0;

  /// How long an empty bucket takes to fill.
  std::chrono::duration<double> filling_time() const {
    return std::chrono::duration<double>(per_second > 0 ? burst / per_second : 0);
  }
};

/// What is left of a rate; full at first. Not thread-safe.
class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  bool IsEmpty(const Rate& rate, Time now) {
    if (rate.burst == 0) return false;
    Fill(rate, now);
    return tokens_ < 1;
  }

  /// Not from an empty one.
  void Take() { --tokens_; }

 private:
  void Fill(const Rate& rate, Time now) {
    const std::chrono::duration<double> passed = now - filled_;
    // Until it was used first it is full, whatever the clock says.
    tokens_ = is_new_
                  ? rate.burst
                  : std::min(rate.burst, tokens_ + std::max(passed.count(), 0.0) * rate.per_second);
    is_new_ = false;
    filled_ = now;
  }

  double tokens_ = 0;
  Time filled_;
  bool is_new_ = true;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TOKEN_BUCKET_H_
