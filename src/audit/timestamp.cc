#include "src/audit/timestamp.h"

#include <absl/time/civil_time.h>

#include <algorithm>
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

/// A second without what is finer, `2026-11-22T08:00:00`.
struct Second {
  std::int64_t number = 0;  // since 1970
  std::array<char, 32> text;
  std::size_t size = 0;  // 0 for none yet
};

// One record follows the other in the same second: to find year, month and day anew for each was a
// tenth of what a record costs.
const Second& SecondOf(absl::Time time) {
  thread_local Second last;
  const std::int64_t number = absl::ToUnixSeconds(time);
  if (last.size != 0 && last.number == number) return last;
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  Digits out(last.text.data());
  out.Number(civil.year(), 4);
  const auto append = [&out](char sign, int value) {
    out.Sign(sign);
    out.Number(value, 2);
  };
  append('-', civil.month());
  append('-', civil.day());
  append('T', civil.hour());
  append(':', civil.minute());
  append(':', civil.second());
  last.number = number;
  last.size = static_cast<std::size_t>(out.end() - last.text.data());
  return last;
}

}  // namespace

Timestamp::Timestamp(absl::Time time, Precision precision) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return;
  const Second& second = SecondOf(time);
  Digits out(std::copy_n(second.text.begin(), second.size, text_.begin()));
  if (precision == Precision::kMicroseconds) {
    // ToUnixSeconds rounds down, so this is never negative.
    const absl::Duration rest = time - absl::FromUnixSeconds(second.number);
    out.Sign('.');
    out.Number(absl::ToInt64Microseconds(rest), 6);
  }
  out.Sign('Z');
  size_ = static_cast<std::size_t>(out.end() - text_.data());
}

}  // namespace certgate
