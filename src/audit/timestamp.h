#ifndef CERTGATE_SRC_AUDIT_TIMESTAMP_H_
#define CERTGATE_SRC_AUDIT_TIMESTAMP_H_

#include <absl/time/time.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace certgate {

enum class Precision { kSeconds, kMicroseconds };

/// A time in UTC as RFC 3339 has it, `2026-11-22T08:00:00.123456Z`, what is finer cut off; the
/// empty text for an infinite time. At most 40 bytes, for years that RFC 3339 does not know.
/// Allocates nothing: every record has one.
class Timestamp {
 public:
  Timestamp(absl::Time time, Precision precision);

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 40> text_;
  std::size_t size_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TIMESTAMP_H_
