#ifndef CERTGATE_SRC_AUDIT_TICKER_H_
#define CERTGATE_SRC_AUDIT_TICKER_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace certgate {

/// Calls a function each second, and when it is poked, in a thread of its own. Thread-safe, but for
/// `Start` and `Stop`.
class Ticker {
 public:
  Ticker() = default;
  ~Ticker() { Stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  /// `tick` must not throw. Throws std::system_error if there is no thread to be had.
  void Start(std::function<void()> tick);
  /// Lets the function be called soon.
  void Poke() noexcept;
  /// After this the function is not called any more.
  void Stop() noexcept;

 private:
  void Run(const std::function<void()>& tick);

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_poked_ = false;  // guarded by mutex_
  bool stops_ = false;     // guarded by mutex_
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TICKER_H_
