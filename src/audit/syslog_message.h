#ifndef CERTGATE_SRC_AUDIT_SYSLOG_MESSAGE_H_
#define CERTGATE_SRC_AUDIT_SYSLOG_MESSAGE_H_

#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// The number of a facility by its keyword, such as `authpriv` or `local0` (RFC 5424, section
/// 6.2.1). Nothing for a word that is none, or none for a program like this.
std::optional<int> SyslogFacility(std::string_view keyword);

/// Puts audit records into syslog messages (RFC 5424), one each. Thread-safe.
class SyslogMessages {
 public:
  /// `facility` as `SyslogFacility` returns it; `app_name` is 1 to 48 printable ASCII characters
  /// without blanks.
  SyslogMessages(int facility, std::string app_name);

  /// The message of one record, without the newline at its end: severity notice for what was denied
  /// or failed and info for all else, the record's own time, `event.action` as MSGID, and the
  /// record.
  std::string Of(std::string_view line) const;

 private:
  const int facility_;
  // HOSTNAME, APP-NAME and PROCID, with blanks between and around them.
  const std::string origin_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SYSLOG_MESSAGE_H_
