#ifndef CERTGATE_SRC_AUDIT_TRAIL_POSITION_H_
#define CERTGATE_SRC_AUDIT_TRAIL_POSITION_H_

#include <absl/time/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// What a record of a trail says about its place in it.
struct TrailPosition {
  std::string hash;
  std::uint64_t sequence = 0;
  absl::Time time;
  /// Whether the record is what its hash was made of.
  bool is_sound = false;
};

/// Reads a record, a line without its newline. Nothing if it is not one that a trail can go on
/// from: no chain at its end, no number, no time. Throws what `ChainHash::Of` does.
std::optional<TrailPosition> ReadPosition(std::string_view line);

/// `@timestamp` of a record, of which the beginning is enough.
std::optional<absl::Time> ReadTimestamp(std::string_view line);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TRAIL_POSITION_H_
