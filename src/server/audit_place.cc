#include "src/server/audit_place.h"

#include <absl/status/status.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace certgate {
namespace {

constexpr std::string_view kSyslogPlace = "syslog:";

struct KindName {
  std::string_view name;
  RecordKind kind;
};
constexpr std::array kKindNames = {KindName{"allowed", RecordKind::kAllowed},
                                   KindName{"denied", RecordKind::kDenied},
                                   KindName{"revoked", RecordKind::kRevoked},
                                   KindName{"call-end", RecordKind::kCallEnd},
                                   KindName{"policy-load", RecordKind::kLoad},
                                   KindName{"tls-handshake", RecordKind::kHandshake},
                                   KindName{"suppressed", RecordKind::kSuppressed}};

constexpr AuditFilter kDecisions{RecordKind::kAllowed, RecordKind::kDenied, RecordKind::kRevoked,
                                 RecordKind::kSuppressed};
constexpr AuditFilter kDenials{RecordKind::kDenied, RecordKind::kRevoked, RecordKind::kSuppressed};

std::string Quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

absl::Status Mistake(const std::string& what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<AuditFilter> ParseKinds(std::string_view text) {
  if (text == "all") return AuditFilter();
  if (text == "decisions") return kDecisions;
  if (text == "denials") return kDenials;
  AuditFilter filter{};
  bool is_first = true;
  while (is_first || !text.empty()) {
    const std::string_view name = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), name.size() + 1));
    const auto known = std::find_if(kKindNames.begin(), kKindNames.end(),
                                    [name](const KindName& kind) { return kind.name == name; });
    if (known == kKindNames.end()) {
      return Mistake(Quoted(name) +
                     " is no kind of record: write `all`, `decisions`, `denials`, or some of "
                     "`allowed`, `denied`, `revoked`, `call-end`, `policy-load`, `tls-handshake`, "
                     "`suppressed` with commas between");
    }
    filter = is_first ? AuditFilter{known->kind} : filter.With(known->kind);
    is_first = false;
  }
  return filter;
}

// Reads `records=...`, `facility=...` or `required=...`.
absl::Status ReadOption(std::string_view option, AuditPlaceName& place) {
  const std::size_t equals = option.find('=');
  const std::string_view value = option.substr(equals + 1);
  if (option.starts_with("records=")) {
    absl::StatusOr<AuditFilter> filter = ParseKinds(value);
    if (!filter.ok()) return filter.status();
    place.filter = *filter;
    return absl::OkStatus();
  }
  if (option.starts_with("facility=")) {
    place.facility = std::string(value);
    return value.empty() ? Mistake("`facility=` names none; write such as `facility=local3`")
                         : absl::OkStatus();
  }
  if (value != "on" && value != "off") {
    return Mistake("`required` is `on` or `off`, not " + Quoted(value));
  }
  place.is_required = value == "on";
  return absl::OkStatus();
}

absl::Status ReadAddress(std::string_view text, AuditPlaceName& place) {
  if (text == "stdout") return absl::OkStatus();
  if (text.starts_with(kFilePlace) && text.size() > kFilePlace.size()) {
    place.kind = AuditPlaceName::Kind::kFile;
    place.address = std::string(text.substr(kFilePlace.size()));
    return absl::OkStatus();
  }
  if (text.starts_with(kSyslogPlace)) {
    place.kind = AuditPlaceName::Kind::kSyslog;
    place.address = std::string(text.substr(kSyslogPlace.size()));
    // It connects to nothing, and knows best what is wrong.
    return OpenAuditSyslog(SyslogOptionsOf(place)).status();
  }
  return Mistake(Quoted(text) +
                 " is no place for audit records: write `file:PATH`, `stdout`, "
                 "`syslog:unix:/dev/log` or `syslog:tcp:HOST:PORT`, and behind it, if you like, "
                 "`records=denials`, `required=off` and, for syslog, `facility=local3`");
}

bool IsOption(std::string_view word) {
  return word.starts_with("records=") || word.starts_with("required=") ||
         word.starts_with("facility=");
}

}  // namespace

absl::StatusOr<AuditPlaceName> ParseAuditPlace(std::string_view text) {
  AuditPlaceName place;
  // From the end: a path may hold spaces.
  for (std::size_t space = text.rfind(' '); space != std::string_view::npos;
       space = text.rfind(' ')) {
    const std::string_view word = text.substr(space + 1);
    if (!word.empty() && !IsOption(word)) break;
    if (!word.empty()) {
      if (absl::Status read = ReadOption(word, place); !read.ok()) return read;
    }
    text.remove_suffix(text.size() - space);
  }
  if (absl::Status read = ReadAddress(text, place); !read.ok()) return read;
  if (!place.facility.empty() && place.kind != AuditPlaceName::Kind::kSyslog) {
    return Mistake("`facility=` is for syslog, and not for " + Quoted(text));
  }
  return place;
}

AuditSyslogOptions SyslogOptionsOf(const AuditPlaceName& place) {
  AuditSyslogOptions options;
  options.address = place.address;
  if (!place.facility.empty()) options.facility = place.facility;
  options.app_name = "greeter-server";
  return options;
}

}  // namespace certgate
