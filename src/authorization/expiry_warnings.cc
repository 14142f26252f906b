#include "src/authorization/expiry_warnings.h"

#include <array>
#include <utility>

namespace certgate {
namespace {

using Thresholds = std::array<absl::Duration, 4>;

// From early to late; the last is the end itself.
Thresholds ThresholdsOf(Expiry::Kind kind) {
  if (kind == Expiry::Kind::kCrl) {
    return {absl::Hours(3 * 24), absl::Hours(24), absl::Hours(6), absl::ZeroDuration()};
  }
  return {absl::Hours(30 * 24), absl::Hours(7 * 24), absl::Hours(24), absl::ZeroDuration()};
}

std::size_t CountPassed(const Expiry& expiry, absl::Time now) {
  std::size_t passed = 0;
  for (const absl::Duration threshold : ThresholdsOf(expiry.kind)) {
    if (now + threshold >= expiry.at) ++passed;
  }
  return passed;
}

std::string InWords(absl::Duration left) {
  if (left >= absl::Hours(48)) {
    return std::to_string(static_cast<long>(absl::ToDoubleHours(left) / 24)) + " days";
  }
  if (left >= absl::Hours(2)) {
    return std::to_string(static_cast<long>(absl::ToDoubleHours(left))) + " hours";
  }
  return std::to_string(static_cast<long>(absl::ToDoubleMinutes(left))) + " minutes";
}

std::string Consequence(Expiry::Kind kind) {
  switch (kind) {
    case Expiry::Kind::kServerCertificate:
      return "clients will not connect any more: renew it";
    case Expiry::Kind::kClientCa:
    case Expiry::Kind::kAuthority:
      return "callers that it vouches for will be refused: renew it";
    case Expiry::Kind::kCrl:
      return "callers of its issuer will be refused, unless `on_expired: allow` is set: put a "
             "fresh "
             "one in its place";
  }
  return "renew it";
}

std::string Sentence(const Expiry& expiry, absl::Time now) {
  std::string text = "the ";
  text += ToString(expiry.kind);
  text += " " + expiry.name;
  text += now >= expiry.at ? " has ended at " : " ends in " + InWords(expiry.at - now) + ", at ";
  text += absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", expiry.at, absl::UTCTimeZone());
  return text + "; " + Consequence(expiry.kind);
}

}  // namespace

std::string_view ToString(Expiry::Kind kind) noexcept {
  switch (kind) {
    case Expiry::Kind::kServerCertificate:
      return "server certificate";
    case Expiry::Kind::kClientCa:
      return "client CA";
    case Expiry::Kind::kAuthority:
      return "authority";
    case Expiry::Kind::kCrl:
      return "CRL";
  }
  return "certificate";
}

std::vector<std::string> ExpiryWarnings::Due(const std::vector<Expiry>& expiries, absl::Time now) {
  std::vector<std::string> due;
  std::map<Key, std::size_t> said;
  for (const Expiry& expiry : expiries) {
    const Key key(expiry.kind, expiry.name, expiry.at);
    const auto before = said_.find(key);
    const std::size_t passed = CountPassed(expiry, now);
    const bool is_new = passed > (before == said_.end() ? 0 : before->second);
    // Of several that have passed, the last one says it all. One of each that is here twice.
    if (is_new && said.find(key) == said.end()) due.push_back(Sentence(expiry, now));
    said[key] = passed;
  }
  said_ = std::move(said);
  return due;
}

}  // namespace certgate
