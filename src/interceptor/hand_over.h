#ifndef CERTGATE_SRC_INTERCEPTOR_HAND_OVER_H_
#define CERTGATE_SRC_INTERCEPTOR_HAND_OVER_H_

#include <atomic>

namespace certgate {

/// Goes with an object that gRPC passes from one of its threads to the next, one at a time: what
/// was written before `Give` is seen after the next `Take`. gRPC orders the two as well, but where
/// no tool and no reader of our code can see it.
class HandOver {
 public:
  void Give() noexcept { given_.store(true, std::memory_order_release); }
  void Take() const noexcept { static_cast<void>(given_.load(std::memory_order_acquire)); }

 private:
  std::atomic<bool> given_{false};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_HAND_OVER_H_
