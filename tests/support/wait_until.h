#ifndef CERTGATE_TESTS_SUPPORT_WAIT_UNTIL_H_
#define CERTGATE_TESTS_SUPPORT_WAIT_UNTIL_H_

#include <chrono>
#include <thread>

namespace certgate::testing {

/// Waits until `condition` holds, for ten seconds at the most. Returns whether it does.
template <typename Condition>
bool WaitUntil(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_WAIT_UNTIL_H_
