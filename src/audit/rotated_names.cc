#include "src/audit/rotated_names.h"

#include <absl/time/time.h>

#include <algorithm>
#include <filesystem>

namespace certgate {
namespace {

constexpr std::string_view kUnfinished = ".tmp";
// What `mark` looks like in a name that certgate gives; `d` is a digit.
constexpr std::string_view kTimePattern = "ddddddddTdddddd.ddddddZ";
constexpr const char* kTimeFormat = "%E4Y%m%dT%H%M%E6SZ";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool HasPattern(std::string_view pattern, std::string_view text) {
  return std::equal(pattern.begin(), pattern.end(), text.begin(), text.end(),
                    [](char wanted, char c) { return wanted == 'd' ? IsDigit(c) : wanted == c; });
}

std::optional<absl::Time> ReadTime(std::string_view mark) {
  absl::Time time;
  std::string error;
  if (!HasPattern(kTimePattern, mark) ||
      !absl::ParseTime(kTimeFormat, std::string(mark), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

bool IsNumber(std::string_view mark) {
  constexpr std::size_t kMostDigits = 9;
  return !mark.empty() && mark.size() <= kMostDigits &&
         std::all_of(mark.begin(), mark.end(), IsDigit);
}

// `dateformat` of logrotate may add hours or seconds to the date.
bool IsDate(std::string_view mark) {
  constexpr std::size_t kLeastDigits = 8;
  return mark.size() >= kLeastDigits && HasPattern("dddddddd", mark.substr(0, kLeastDigits)) &&
         std::all_of(mark.begin(), mark.end(), [](char c) { return IsDigit(c) || c == '-'; });
}

// What stands between `before` and `after`, if `name` begins and ends with them.
std::optional<std::string_view> Between(std::string_view before, std::string_view after,
                                        std::string_view name) {
  if (name.size() < before.size() + after.size() || !name.starts_with(before) ||
      !name.ends_with(after)) {
    return std::nullopt;
  }
  return name.substr(before.size(), name.size() - before.size() - after.size());
}

// Takes the suffix off, too.
Packing PackingOf(std::string_view& name) {
  for (const Packing packing : {Packing::kGzip, Packing::kZstd}) {
    if (!name.ends_with(SuffixOf(packing))) continue;
    name.remove_suffix(SuffixOf(packing).size());
    return packing;
  }
  return Packing::kNone;
}

}  // namespace

std::string_view SuffixOf(Packing packing) {
  switch (packing) {
    case Packing::kGzip:
      return ".gz";
    case Packing::kZstd:
      return ".zst";
    case Packing::kNone:
      break;
  }
  return "";
}

bool RotatedName::IsOlderThan(const RotatedName& other) const {
  // More digits make a greater number; leading zeros do not occur.
  if (by == NamedBy::kLogrotate && mark.size() != other.mark.size()) {
    return mark.size() > other.mark.size();
  }
  return by == NamedBy::kLogrotate ? mark > other.mark : mark < other.mark;
}

absl::Time RotatedName::time() const { return ReadTime(mark).value_or(absl::InfiniteFuture()); }

RotatedNames::RotatedNames(std::string_view live) : live_(live) {
  const std::filesystem::path path(live_);
  stem_ = path.stem().string();
  extension_ = path.extension().string();
}

std::string RotatedNames::ForTime(absl::Time time) const {
  return stem_ + "-" + absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone()) + extension_;
}

std::optional<RotatedName> RotatedNames::Parse(std::string_view name) const {
  std::string_view plain = name;
  const Packing packing = PackingOf(plain);
  const auto named = [&](NamedBy by, std::string_view mark) {
    return RotatedName{std::string(name), by, packing, std::string(mark)};
  };
  const auto dated = Between(stem_ + "-", extension_, plain);
  if (dated && ReadTime(*dated)) return named(NamedBy::kCertgate, *dated);
  for (const auto& mark :
       {Between(live_ + ".", "", plain), Between(stem_ + ".", extension_, plain)}) {
    if (mark && IsNumber(*mark)) return named(NamedBy::kLogrotate, *mark);
  }
  for (const auto& mark : {Between(live_ + "-", "", plain), dated}) {
    if (mark && IsDate(*mark)) return named(NamedBy::kLogrotateDate, *mark);
  }
  return std::nullopt;
}

bool RotatedNames::IsUnfinished(std::string_view name) const {
  if (!name.ends_with(kUnfinished)) return false;
  name.remove_suffix(kUnfinished.size());
  const std::optional<RotatedName> packed = Parse(name);
  return packed && packed->by == NamedBy::kCertgate && packed->packing != Packing::kNone;
}

}  // namespace certgate
