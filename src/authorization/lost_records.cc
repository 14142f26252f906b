#include "src/authorization/lost_records.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <string>

namespace certgate {

bool LostRecords::Note(const absl::Status& written) noexcept {
  try {
    if (!written.ok()) {
      if (count_.fetch_add(1, std::memory_order_relaxed) == 0) {
        spdlog::error("{}: {}", begins_, std::string(written.message()));
      }
    } else if (count_.load(std::memory_order_relaxed) != 0) {
      const std::uint64_t count = count_.exchange(0, std::memory_order_relaxed);
      if (count > 0) spdlog::warn("{} {}", count, is_over_);
    }
  } catch (const std::exception&) {
    // No memory for the message.
  }
  return written.ok();
}

}  // namespace certgate
