#ifndef CERTGATE_TESTS_SUPPORT_ACCESS_PROBE_H_
#define CERTGATE_TESTS_SUPPORT_ACCESS_PROBE_H_

#include <absl/time/time.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace certgate::testing {

/// Tries again and again, on a thread of its own, whether a call gets through.
class AccessProbe {
 public:
  struct Answer {
    grpc::Status status;
    /// Whether the call came over a resumed TLS session.
    bool is_resumed = false;
  };
  struct Attempt {
    Answer answer;
    absl::Time begun;
    absl::Time ended;
  };

  explicit AccessProbe(std::function<Answer()> attempt);
  ~AccessProbe();
  AccessProbe(const AccessProbe&) = delete;
  AccessProbe& operator=(const AccessProbe&) = delete;

  /// Waits until so many calls have been let through, or refused; false if that takes over ten
  /// seconds.
  bool WaitForAdmitted(std::size_t count);
  bool WaitForRefused(std::size_t count);

  /// Ends the attempts, and returns all of them in order.
  std::vector<Attempt> Stop();

 private:
  void Run();
  bool WaitFor(const std::size_t& counter, std::size_t count);

  const std::function<Answer()> attempt_;
  std::mutex mutex_;
  std::condition_variable tried_;
  // All three are guarded by mutex_.
  std::vector<Attempt> attempts_;
  std::size_t admitted_ = 0;
  std::size_t refused_ = 0;
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_ACCESS_PROBE_H_
