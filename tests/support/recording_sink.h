#ifndef CERTGATE_TESTS_SUPPORT_RECORDING_SINK_H_
#define CERTGATE_TESTS_SUPPORT_RECORDING_SINK_H_

#include <certgate/audit_log.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/line_sink.h"

namespace certgate::testing {

/// The lines that a `RecordingSink` was given, and what it shall do instead of taking them.
/// Outlives the sink; thread-safe.
class Recording {
 public:
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  /// From now on each write does `fault` first, and takes the line only if that returns OK.
  void set_fault(std::function<absl::Status()> fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
  }
  absl::Status Take(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (fault_ != nullptr) {
      if (absl::Status failed = fault_(); !failed.ok()) return failed;
    }
    lines_.emplace_back(line);
    return absl::OkStatus();
  }

 private:
  mutable std::mutex mutex_;
  std::function<absl::Status()> fault_;
  std::vector<std::string> lines_;
};

class RecordingSink final : public LineSink {
 public:
  explicit RecordingSink(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}
  std::string name() const override { return "recording"; }

 protected:
  absl::Status Take(std::string_view line) override { return recording_->Take(line); }

 private:
  const std::shared_ptr<Recording> recording_;
};

/// As `LogTo`, into `recording`.
inline std::shared_ptr<AuditLog> RecordingLog(std::shared_ptr<Recording> recording) {
  return LogTo(std::make_unique<RecordingSink>(std::move(recording)));
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_RECORDING_SINK_H_
