#ifndef CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_
#define CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_

#include <absl/status/status.h>

#include <atomic>
#include <cstdint>

namespace certgate {

/// Tells the operational log of records of one kind that could not be written: once when an outage
/// begins and once when it is over, since a full disk must not also fill that log. Thread-safe.
class LostRecords {
 public:
  /// `begins` is followed by the error, `is_over` follows the number of records. Both live as long
  /// as the process.
  LostRecords(const char* begins, const char* is_over) noexcept
      : begins_(begins), is_over_(is_over) {}

  /// Whether the record was written, which is returned too.
  bool Note(const absl::Status& written) noexcept;

 private:
  const char* const begins_;
  const char* const is_over_;
  // Since the last record that was written.
  std::atomic<std::uint64_t> count_{0};
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_LOST_RECORDS_H_
