#ifndef CERTGATE_SRC_AUDIT_TIMESTAMP_H_
#define CERTGATE_SRC_AUDIT_TIMESTAMP_H_

#include <absl/time/time.h>

#include <string>

namespace certgate {

enum class Precision { kSeconds, kMicroseconds };

/// `time` in UTC as RFC 3339 has it, `2026-11-22T08:00:00.123456Z`, what is finer cut off; the
/// empty string for an infinite time. At most 40 bytes, for years that RFC 3339 does not know.
std::string Timestamp(absl::Time time, Precision precision);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TIMESTAMP_H_
