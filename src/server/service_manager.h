#ifndef CERTGATE_SRC_SERVER_SERVICE_MANAGER_H_
#define CERTGATE_SRC_SERVER_SERVICE_MANAGER_H_

#include <certgate/reloader.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace certgate {

/// Tells systemd how the server is (sd_notify(3)), where systemd has started it as a service of
/// `Type=notify`; else does nothing. Thread-safe.
class ServiceManager {
 public:
  /// The server serves.
  void TellReady(const ReloadStatus& status);
  /// The files are being read again, until the next status is shown.
  void TellReloading();
  /// What is in force, or is wrong with the files, for `systemctl status`.
  void Show(const ReloadStatus& status);
  /// Calls are drained.
  void TellStopping();

 private:
  std::mutex mutex_;
  bool is_ready_ = false;     // guarded by mutex_
  bool is_stopping_ = false;  // guarded by mutex_
};

/// Where the unit sets `WatchdogSec`: asks the server twice in that time, in a thread of its own,
/// and tells systemd each time that it has answered. A server in which something is stuck that is
/// asked is then ended by systemd, and started anew. Else does nothing.
class ServiceWatchdog {
 public:
  /// `ask` returns if the server is well. What it asks must outlive this object.
  explicit ServiceWatchdog(std::function<void()> ask);
  ~ServiceWatchdog();
  ServiceWatchdog(const ServiceWatchdog&) = delete;
  ServiceWatchdog& operator=(const ServiceWatchdog&) = delete;

 private:
  void Run(std::chrono::microseconds interval);

  const std::function<void()> ask_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ends_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SERVICE_MANAGER_H_
