#include "src/client/status_report.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "src/client/print.h"

namespace certgate {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string Moment(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

// `3 days`, `1 minute`: one unit is enough for a person.
std::string InWords(absl::Duration duration) {
  const auto count = [](std::int64_t number, const char* unit) {
    return absl::StrCat(number, " ", unit, number == 1 ? "" : "s");
  };
  if (duration >= absl::Hours(48)) return count(absl::ToInt64Hours(duration) / 24, "day");
  if (duration >= absl::Minutes(120)) return count(absl::ToInt64Hours(duration), "hour");
  if (duration >= absl::Seconds(120)) return count(absl::ToInt64Minutes(duration), "minute");
  return count(std::max<std::int64_t>(absl::ToInt64Seconds(duration), 0), "second");
}

// `policy.yaml:8:5: `, as compilers write it; nothing where the message names the file.
std::string Place(const v1::FileError& error) {
  if (error.file().empty()) return "";
  std::string place = error.file();
  if (error.line() != 0) absl::StrAppend(&place, ":", error.line());
  if (error.line() != 0 && error.column() != 0) absl::StrAppend(&place, ":", error.column());
  return place + ": ";
}

// A message may have several lines, each of which is shown as one.
void PrintIndented(const std::string& text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::cout << "  " << Printable(text.substr(begin, end - begin)) << '\n';
    begin = end + 1;
  }
}

void PrintErrors(const v1::GetStatusResponse& status) {
  if (status.errors().empty()) return;
  std::cout << "NOT IN FORCE: the files as they are now";
  if (status.has_failing_since()) {
    const absl::Time since = TimeOf(status.failing_since());
    std::cout << ", since " << Moment(since) << " (" << InWords(TimeOf(status.now()) - since)
              << ")";
  }
  std::cout << '\n';
  for (const v1::FileError& error : status.errors()) {
    PrintIndented(Place(error) + error.message());
    if (!error.hint().empty()) PrintIndented("  " + error.hint());
  }
  std::cout << "  what was in force before stays; correct the file, and the server takes it over\n";
}

bool EndsBy(absl::Time limit, const v1::Expiry& expiry) {
  return expiry.has_at() && TimeOf(expiry.at()) <= limit;
}

std::string Ending(const v1::Expiry& expiry, absl::Time now) {
  const absl::Time at = TimeOf(expiry.at());
  const std::string when = at <= now
                               ? absl::StrCat("ended ", InWords(now - at), " ago, on ", Moment(at))
                               : absl::StrCat("ends in ", InWords(at - now), ", on ", Moment(at));
  return absl::StrCat(expiry.kind(), " ", expiry.name(), " ", when);
}

void PrintSoonEnding(const v1::GetStatusResponse& status, absl::Duration margin) {
  const absl::Time now = TimeOf(status.now());
  for (const v1::Expiry& expiry : status.expiries()) {
    if (!EndsBy(now + margin, expiry)) continue;
    const bool has_ended = TimeOf(expiry.at()) <= now;
    std::cout << (has_ended ? "ENDED: the " : "ENDS SOON: the ") << Printable(Ending(expiry, now))
              << "; renew it\n";
  }
}

void PrintFigures(const v1::GetStatusResponse& status, absl::Duration margin) {
  const absl::Time now = TimeOf(status.now());
  const absl::Time started = TimeOf(status.started_at());
  const v1::PolicyInForce& policy = status.policy();
  PrintField("server", absl::StrCat(status.server_version(), ", up ", InWords(now - started),
                                    ", since ", Moment(started)));
  PrintField("policy", absl::StrCat(policy.name(), ", ", policy.entries(), " entries"));
  PrintField("", policy.version());
  PrintField("in force", absl::StrCat("generation ", policy.generation(), ", loaded ",
                                      Moment(TimeOf(policy.loaded_at()))));
  PrintField("certificate", "loaded " + Moment(TimeOf(status.certificate_loaded_at())));
  PrintField("loads", absl::StrCat(status.loads(), " taken over, ", status.failures(), " refused"));
  for (const v1::Expiry& expiry : status.expiries()) {
    if (!expiry.has_at() || EndsBy(now + margin, expiry)) continue;
    PrintField("expiry", Ending(expiry, now));
  }
  PrintField("calls", absl::StrCat(status.running_calls(), " running, ", status.revoked_calls(),
                                   " ended because they had lost their right"));
  PrintField("callers", absl::StrCat(status.known_certificates(), " certificates remembered"));
  PrintField("handshakes", absl::StrCat(status.failed_handshakes(), " failed"));
}

}  // namespace

bool IsWell(const v1::GetStatusResponse& status, absl::Duration margin) {
  const absl::Time limit = TimeOf(status.now()) + margin;
  return status.errors().empty() &&
         std::none_of(status.expiries().begin(), status.expiries().end(),
                      [limit](const v1::Expiry& expiry) { return EndsBy(limit, expiry); });
}

void PrintStatus(const v1::GetStatusResponse& status, absl::Duration margin, OutputFormat format) {
  if (format == OutputFormat::kJson) {
    std::cout << Json(status, true) << std::endl;
    return;
  }
  if (IsWell(status, margin)) std::cout << "all is well\n";
  PrintErrors(status);
  PrintSoonEnding(status, margin);
  PrintFigures(status, margin);
  std::cout << std::flush;
}

}  // namespace certgate
