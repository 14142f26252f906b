#ifndef CERTGATE_TESTS_UNIT_AUDIT_GATE_H_
#define CERTGATE_TESTS_UNIT_AUDIT_GATE_H_

#include <condition_variable>
#include <mutex>

namespace certgate::testing {

/// Holds up those who pass while it is shut. Thread-safe.
class Gate {
 public:
  void Shut() {
    const std::lock_guard lock(mutex_);
    is_shut_ = true;
  }
  void Open() {
    {
      const std::lock_guard lock(mutex_);
      is_shut_ = false;
    }
    wake_.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    wake_.wait(lock, [this] { return !is_shut_; });
    --waiting_;
  }
  /// How many stand before it.
  int waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool is_shut_ = false;
  int waiting_ = 0;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_GATE_H_
