#include "src/trail/record_filter.h"

#include <string.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "src/policy/matcher.h"

namespace certgate {
namespace {

constexpr std::size_t kFingerprintDigits = 64;
constexpr std::string_view kTimeMember = "{\"@timestamp\":\"";
// 2026-11-22T08:00:00.123456Z
constexpr std::size_t kTimeSize = 27;

// Times of this form compare as texts do.
bool IsRecordTime(std::string_view time) {
  return time.size() == kTimeSize && time[4] == '-' && time[7] == '-' && time[10] == 'T' &&
         time[13] == ':' && time[16] == ':' && time[19] == '.' && time[26] == 'Z';
}

std::string RecordTime(absl::Time time) {
  const bool has_form =
      time >= absl::FromUnixSeconds(0) && time < absl::FromUnixSeconds(253402300800);
  return has_form ? absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()) : "";
}

// A fingerprint, however it is written, as records have it; other texts as they are.
std::string CallerWord(const std::string& word) {
  std::string digits;
  for (const char c : word) {
    if (c == ':') continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return word;
    digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return digits.size() == kFingerprintDigits ? digits : word;
}

std::string_view WithoutSlash(std::string_view method) {
  return method.starts_with('/') ? method.substr(1) : method;
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesGlob(pattern, text); });
}

bool MatchesAny(const std::vector<std::string>& patterns,
                const std::vector<std::string_view>& texts) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](std::string_view text) { return MatchesAny(patterns, text); });
}

// The longest text without `*` in a pattern: all that match hold it.
std::string LongestLiteral(std::string_view pattern) {
  std::string_view longest;
  while (true) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) break;
    if (star > longest.size()) longest = pattern.substr(0, star);
    pattern.remove_prefix(star + 1);
  }
  return std::string(pattern.size() > longest.size() ? pattern : longest);
}

// What stands in a line as it is, unless the line holds a backslash.
bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

bool Holds(std::string_view line, const std::string& needle) {
  return memmem(line.data(), line.size(), needle.data(), needle.size()) != nullptr;
}

}  // namespace

const std::vector<std::string>& ActionsOfCalls() {
  static const std::vector<std::string> kActions = {"authorize", "revoke-call", "audit-suppressed"};
  return kActions;
}

RecordFilter::RecordFilter(FilterWords words) : words_(std::move(words)) {
  for (std::string& caller : words_.callers) caller = CallerWord(caller);
  for (std::string& method : words_.methods) method = WithoutSlash(method);
  if (words_.since > absl::InfinitePast()) since_ = RecordTime(words_.since);
  if (words_.until < absl::InfiniteFuture()) until_ = RecordTime(words_.until);
  for (const auto* list :
       {&words_.callers, &words_.units, &words_.methods, &words_.rules, &words_.ids}) {
    std::vector<std::string> needles;
    for (const std::string& pattern : *list) needles.push_back(LongestLiteral(pattern));
    const bool can_tell = std::all_of(needles.begin(), needles.end(), [](const std::string& text) {
      return !text.empty() && IsPlain(text);
    });
    if (can_tell && !needles.empty()) needles_.push_back(std::move(needles));
  }
}

bool RecordFilter::MayMatch(std::string_view line) const {
  if (line.starts_with(kTimeMember) && line.size() > kTimeMember.size() + kTimeSize) {
    const std::string_view time = line.substr(kTimeMember.size(), kTimeSize);
    if (IsRecordTime(time) && !IsInTime(time)) return false;
  }
  // Half a line might have held what is looked for: it is to be told.
  if (!line.starts_with('{') || !line.ends_with('}')) return true;
  for (const std::vector<std::string>& needles : needles_) {
    const bool is_there = std::any_of(needles.begin(), needles.end(),
                                      [&](const std::string& text) { return Holds(line, text); });
    if (!is_there && line.find('\\') == line.npos) return false;
  }
  return true;
}

bool RecordFilter::Matches(const ParsedRecord& record) const {
  const auto holds = [](const std::vector<std::string>& words, std::string_view text) {
    return words.empty() || MatchesAny(words, text);
  };
  if (!holds(words_.actions, record.action)) return false;
  if (!words_.decisions.empty() &&
      !holds(words_.decisions, record.is_allowed() ? "allowed" : "denied")) {
    return false;
  }
  return IsInTime(record.time) && holds(words_.methods, WithoutSlash(record.method)) &&
         holds(words_.rules, record.rule) && MatchesReason(record) &&
         (words_.units.empty() || MatchesAny(words_.units, record.units)) &&
         MatchesCaller(record) && MatchesAddress(record) && MatchesId(record);
}

bool RecordFilter::IsInTime(std::string_view time) const {
  const bool has_since = words_.since > absl::InfinitePast();
  const bool has_until = words_.until < absl::InfiniteFuture();
  if (!has_since && !has_until) return true;
  if (IsRecordTime(time) && has_since == !since_.empty() && has_until == !until_.empty()) {
    return (!has_since || time >= since_) && (!has_until || time < until_);
  }
  absl::Time parsed;
  std::string error;
  // What is no time is in no span of time.
  return absl::ParseTime(absl::RFC3339_full, std::string(time), &parsed, &error) &&
         parsed >= words_.since && parsed < words_.until;
}

bool RecordFilter::MatchesCaller(const ParsedRecord& record) const {
  const std::vector<std::string>& words = words_.callers;
  if (words.empty() || MatchesAny(words, record.common_names)) return true;
  const auto& names = record.alternative_names;
  const bool has_name = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return MatchesAny(words, name) || MatchesAny(words, name.substr(name.find(':') + 1));
  });
  return has_name || (!record.subject.empty() && MatchesAny(words, record.subject)) ||
         (!record.sha256.empty() && MatchesAny(words, record.sha256));
}

bool RecordFilter::MatchesReason(const ParsedRecord& record) const {
  const std::vector<std::string>& words = words_.reasons;
  return words.empty() || MatchesAny(words, record.reason) ||
         (!record.suppressed_reason.empty() && MatchesAny(words, record.suppressed_reason)) ||
         (!record.observed_reason.empty() && MatchesAny(words, record.observed_reason));
}

bool RecordFilter::MatchesId(const ParsedRecord& record) const {
  const std::vector<std::string>& ids = words_.ids;
  return ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
           return record.id.starts_with(id) || record.admitted_by == id;
         });
}

bool RecordFilter::MatchesAddress(const ParsedRecord& record) const {
  const std::vector<AddressRange>& ranges = words_.addresses;
  return ranges.empty() ||
         std::any_of(ranges.begin(), ranges.end(),
                     [&](const AddressRange& range) { return range.Contains(record.ip); });
}

}  // namespace certgate
