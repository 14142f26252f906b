#include "src/policy/load_expires.h"

#include <absl/time/civil_time.h>

#include <cstddef>
#include <optional>
#include <string>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kExamples[] = "write a date, `2027-01-31`, or a time, `2027-01-31T18:00:00Z`";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// True if `text` has the form of `shape`, in which `9` stands for a digit.
bool HasShape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '9' ? !IsDigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

Problem NoSuch(std::string_view name, std::string_view what, std::string_view text) {
  return {Quote(name) + " " + Quote(text) + " is not " + std::string(what) + " that exists",
          kExamples};
}

// The fraction of a second at the start of `text`, which loses it; nothing if it is malformed.
std::optional<absl::Duration> TakeFraction(std::string_view& text) {
  if (!text.starts_with('.')) return absl::ZeroDuration();
  text.remove_prefix(1);
  absl::Duration fraction;
  absl::Duration unit = absl::Seconds(1);
  std::size_t digits = 0;
  for (; !text.empty() && IsDigit(text[0]); text.remove_prefix(1), ++digits) {
    unit /= 10;
    fraction += unit * (text[0] - '0');
  }
  if (digits == 0) return std::nullopt;
  return fraction;
}

// What the zone `Z`, `+01:00` or `-08:30` is ahead of UTC; nothing if it is malformed.
std::optional<absl::Duration> ParseZone(std::string_view zone) {
  if (zone == "Z" || zone == "z") return absl::ZeroDuration();
  if (!HasShape(zone, "+99:99") && !HasShape(zone, "-99:99")) return std::nullopt;
  const int hours = Number(zone.substr(1, 2));
  const int minutes = Number(zone.substr(4, 2));
  if (hours > 23 || minutes > 59) return std::nullopt;
  const absl::Duration ahead = absl::Hours(hours) + absl::Minutes(minutes);
  return zone[0] == '-' ? -ahead : ahead;
}

}  // namespace

std::variant<absl::Time, Problem> ParseExpires(std::string_view text) {
  return ParseTime("expires", text);
}

std::variant<absl::Time, Problem> ParseTime(std::string_view name, std::string_view text) {
  const Problem malformed{Quote(name) + " " + Quote(text) + " is neither a date nor a time",
                          kExamples};
  const std::string_view date = text.substr(0, 10);
  if (!HasShape(date, "9999-99-99")) return malformed;
  const absl::CivilDay day(Number(date.substr(0, 4)), Number(date.substr(5, 2)),
                           Number(date.substr(8, 2)));
  const bool is_real_day =
      day.month() == Number(date.substr(5, 2)) && day.day() == Number(date.substr(8, 2));
  if (!is_real_day) return NoSuch(name, "a date", text);
  if (text.size() == date.size()) return absl::FromCivil(day, absl::UTCTimeZone());

  const std::string_view clock = text.substr(10, 9);
  if (!HasShape(clock, "T99:99:99") && !HasShape(clock, "t99:99:99")) return malformed;
  const int hour = Number(clock.substr(1, 2));
  const int minute = Number(clock.substr(4, 2));
  const int second = Number(clock.substr(7, 2));
  if (hour > 23 || minute > 59 || second > 59) return NoSuch(name, "a time", text);
  std::string_view rest = text.substr(19);
  const std::optional<absl::Duration> fraction = TakeFraction(rest);
  if (!fraction) return malformed;
  if (rest.empty())
    return Problem{Quote(name) + " " + Quote(text) + " has no time zone",
                   "add `Z` for UTC, or an offset such as `+01:00`"};
  const std::optional<absl::Duration> zone = ParseZone(rest);
  if (!zone) return malformed;
  const absl::CivilSecond civil(day.year(), day.month(), day.day(), hour, minute, second);
  return absl::FromCivil(civil, absl::UTCTimeZone()) + *fraction - *zone;
}

}  // namespace certgate
