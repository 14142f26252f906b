#include "src/audit/timestamp.h"

#include <absl/time/civil_time.h>

#include <charconv>
#include <cstdint>

namespace certgate {
namespace {

/// Writes into room that is large enough.
class Digits {
 public:
  explicit Digits(char* out) : out_(out) {}

  void Sign(char sign) { *out_++ = sign; }

  // Zeros in front make up the width; a number that needs more digits gets them.
  void Number(std::int64_t value, int width) {
    std::array<char, 20> digits;
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    for (auto missing = width - (end - digits.data()); missing > 0; --missing) *out_++ = '0';
    for (const char* digit = digits.data(); digit != end; ++digit) *out_++ = *digit;
  }

  char* end() const { return out_; }

 private:
  char* out_;
};

}  // namespace

Timestamp::Timestamp(absl::Time time, Precision precision) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return;
  const absl::TimeZone::CivilInfo utc = absl::UTCTimeZone().At(time);
  Digits out(text_.data());
  out.Number(utc.cs.year(), 4);
  const auto append = [&out](char sign, int value) {
    out.Sign(sign);
    out.Number(value, 2);
  };
  append('-', utc.cs.month());
  append('-', utc.cs.day());
  append('T', utc.cs.hour());
  append(':', utc.cs.minute());
  append(':', utc.cs.second());
  if (precision == Precision::kMicroseconds) {
    out.Sign('.');
    out.Number(absl::ToInt64Microseconds(utc.subsecond), 6);
  }
  out.Sign('Z');
  size_ = static_cast<std::size_t>(out.end() - text_.data());
}

}  // namespace certgate
