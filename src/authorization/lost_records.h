#ifndef CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_
#define CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_

#include <absl/status/status.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>

namespace certgate {

/// Tells the operational log of records of calls that are over and that could not be written: once
/// for each outage, since a full disk must not also fill that log. Thread-safe.
class LostRecords {
 public:
  void Note(const absl::Status& written) noexcept {
    try {
      if (!written.ok()) {
        if (count_.fetch_add(1) == 0) {
          spdlog::error("the ends of calls are not recorded: {}", std::string(written.message()));
        }
      } else if (count_.load(std::memory_order_relaxed) != 0) {
        const std::uint64_t count = count_.exchange(0);
        if (count > 0) spdlog::warn("the ends of {} calls were not recorded", count);
      }
    } catch (const std::exception&) {
      // No memory for the message.
    }
  }

 private:
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_
