#include "src/audit/timestamp.h"

#include <absl/time/civil_time.h>

#include <cstdint>
#include <string_view>

namespace certgate {
namespace {

// Zeros in front make up the width; a number that needs more digits gets them.
void AppendNumber(std::int64_t value, std::size_t width, std::string& out) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out.append(digits);
}

}  // namespace

std::string Timestamp(absl::Time time, Precision precision) {
  std::string out;
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return out;
  const absl::TimeZone::CivilInfo utc = absl::UTCTimeZone().At(time);
  out.reserve(40);
  AppendNumber(utc.cs.year(), 4, out);
  const auto append = [&out](char separator, int value) {
    out.push_back(separator);
    AppendNumber(value, 2, out);
  };
  append('-', utc.cs.month());
  append('-', utc.cs.day());
  append('T', utc.cs.hour());
  append(':', utc.cs.minute());
  append(':', utc.cs.second());
  if (precision == Precision::kMicroseconds) {
    out.push_back('.');
    AppendNumber(absl::ToInt64Microseconds(utc.subsecond), 6, out);
  }
  out.push_back('Z');
  return out;
}

}  // namespace certgate
