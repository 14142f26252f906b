#ifndef CERTGATE_SRC_COUNTING_THREAD_NUMBER_H_
#define CERTGATE_SRC_COUNTING_THREAD_NUMBER_H_

#include <atomic>
#include <cstddef>

namespace certgate {

/// What two processors may write to at once without waiting for each other lies so far apart.
inline constexpr std::size_t kCacheLine = 64;

/// The number of the calling thread, from 0: different for each, so that threads can count in
/// places of their own.
inline std::size_t NumberOfThisThread() noexcept {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return number;
}

}  // namespace certgate

#endif  // CERTGATE_SRC_COUNTING_THREAD_NUMBER_H_
