#ifndef CERTGATE_SRC_TRAIL_RECORD_READER_H_
#define CERTGATE_SRC_TRAIL_RECORD_READER_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace certgate {

/// A record of an audit trail as docs/audit.md describes it, as far as it is asked for. What is
/// absent is empty or 0. The views hold until the reader reads the next one.
struct ParsedRecord {
  std::string_view time;
  std::string_view action;
  std::string_view outcome;
  std::string_view reason;
  std::string_view id;
  std::uint64_t sequence = 0;
  std::uint64_t duration = 0;
  std::string_view message;
  std::string_view rule;
  std::string_view ruleset;
  std::string_view version;
  std::string_view method;
  std::string_view address;
  std::string_view ip;
  std::string_view error;

  std::string_view subject;
  std::string_view issuer;
  std::string_view not_after;
  std::string_view sha256;
  std::string_view serial;
  std::vector<std::string_view> common_names;
  std::vector<std::string_view> units;
  /// Each begins with `DNS:`, `URI:`, `email:` or `IP:`.
  std::vector<std::string_view> alternative_names;
  std::string_view service;

  std::string_view mode;
  std::vector<std::string_view> authorities;
  std::string_view detail;
  std::string_view rule_owner;
  std::string_view rule_reason;
  std::string_view nearest_rule;
  std::string_view nearest_failed;
  std::string_view observed_reason;
  std::string_view admitted_by;

  /// Under `call-end`: how the call went.
  std::string_view status;
  std::uint64_t messages_received = 0;
  std::uint64_t messages_sent = 0;

  /// Under `audit-suppressed`: what was counted, and the reason of the decisions.
  std::uint64_t suppressed = 0;
  std::string_view since;
  std::string_view until;
  std::string_view suppressed_reason;
  /// Under `tls-handshake`: how many failed.
  std::uint64_t handshakes = 0;
  /// Under `audit-open`, `audit-close` and `audit-checkpoint`.
  std::string_view place;
  std::string_view key_id;
  std::string_view continues;
  std::string_view torn;
  std::string_view remark;

  /// The call was let through. Whatever else is not a success, was not.
  bool is_allowed() const { return outcome == "success"; }
  /// How many calls it stands for: 1, or what was counted.
  std::uint64_t calls() const { return action == "audit-suppressed" ? suppressed : 1; }
};

/// What people call the caller: the common name, else the SPIFFE ID, the first DNS name, the
/// subject, the certificate's SHA-256, as records' messages do; empty without a certificate.
std::string_view CallerOf(const ParsedRecord& record);

/// Reads records, one after the other. Not thread-safe: one for each thread.
class RecordReader {
 public:
  RecordReader();
  ~RecordReader();
  RecordReader(RecordReader&&) noexcept;
  RecordReader& operator=(RecordReader&&) noexcept;

  /// Reads `line`, which has `kLinePadding` readable bytes behind it. Returns what is wrong, a
  /// phrase such as "it is no JSON object"; empty if all is well. Never throws for what the line
  /// holds.
  std::string_view Read(std::string_view line, ParsedRecord& record);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_RECORD_READER_H_
