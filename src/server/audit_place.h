#ifndef CERTGATE_SRC_SERVER_AUDIT_PLACE_H_
#define CERTGATE_SRC_SERVER_AUDIT_PLACE_H_

#include <absl/status/statusor.h>
#include <certgate/audit_log.h>

#include <string>
#include <string_view>

namespace certgate {

/// What a file among the places begins with.
inline constexpr std::string_view kFilePlace = "file:";

/// One place for audit records, as the setting `audit.sinks` names it.
struct AuditPlaceName {
  enum class Kind { kFile = 0, kStdout, kSyslog };

  Kind kind = Kind::kStdout;
  /// A file's path; where to find syslog: `unix:/dev/log`, `tcp:127.0.0.1:514`.
  std::string address;
  /// Of syslog; empty for the usual one.
  std::string facility;
  AuditFilter filter;
  bool is_required = true;
};

/// Reads `file:PATH`, `stdout`, `syslog:unix:PATH` or `syslog:tcp:HOST:PORT`, and behind it, with a
/// space before each, `records=KINDS` (`all`; `decisions`; `denials`; or, with commas between,
/// `allowed`, `denied`, `revoked`, `call-end`, `policy-load`, `tls-handshake`, `suppressed`),
/// `required=on|off` and, for syslog, `facility=KEYWORD`. The error says what is wrong and what may
/// stand there.
absl::StatusOr<AuditPlaceName> ParseAuditPlace(std::string_view text);

/// How a place that is syslog is written to.
AuditSyslogOptions SyslogOptionsOf(const AuditPlaceName& place);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_AUDIT_PLACE_H_
