#ifndef CERTGATE_AUDIT_RECORD_H_
#define CERTGATE_AUDIT_RECORD_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

class PreparedRecord;

/// Where a call came from, as gRPC gives it.
struct PeerAddress {
  /// gRPC's own text: `ipv4:127.0.0.1:46924`, `ipv6:%5B::1%5D:46924`, `unix:/run/x.sock`.
  std::string_view uri;
};

/// What is told of a call: whether it may begin (`event.action` is `authorize`), that it must end
/// while it is running (`revoke-call`), or that it has ended (`call-end`).
enum class DecisionAction { kAuthorize = 0, kRevokeCall, kCallEnd };

/// How an admitted call ended.
struct CallEnd {
  /// gRPC's status code, 0 to 16.
  int status_code = 0;
  /// Messages, and the bytes of their bodies as protobuf encodes them.
  std::uint64_t received_messages = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_messages = 0;
  std::uint64_t sent_bytes = 0;
};

/// The kinds of record, by which a place can be given some of them only.
enum class RecordKind {
  kAllowed = 0,
  kDenied,
  kRevoked,
  kCallEnd,
  kLoad,
  kHandshake,
  /// Identical denials that were counted, not written.
  kSuppressed,
  /// What a trail says of itself, also what it lacks: every place is given it.
  kTrail,
};

/// All that the record of one decision says. The views and pointers are borrowed for the length
/// of one `AuditLog::Append`. Texts may be hostile: the encoder escapes them.
struct DecisionRecord {
  absl::Time time;
  /// The record's identifier, a ULID; the caller is told it and nothing else.
  std::string_view id;
  DecisionAction action = DecisionAction::kAuthorize;
  /// But for `kAuthorize`, the identifier of the record that admitted the call, and how long it
  /// ran; less than zero counts as zero. Under `kRevokeCall`, `effect` is not looked at: a call
  /// that is ended is denied.
  std::string_view admitted_by;
  absl::Duration ran_for;
  /// Required under `kCallEnd`.
  const CallEnd* end = nullptr;
  Effect effect = Effect::kDeny;
  Reason reason = Reason::kInternalError;
  Mode mode = Mode::kEnforce;
  /// Under `would_deny`, the reason that was overridden.
  Reason observed = Reason::kInternalError;
  /// What the reason means here, e.g. "the subject has 2 common names"; may be empty. Made by
  /// certgate, without text from the certificate or the wire.
  std::string_view detail;
  /// The entry that decided; all empty when there is none.
  std::string_view rule_name;
  std::string_view rule_owner;
  std::string_view rule_reason;
  /// The allow entry that came nearest under `no_matching_rule`, and the field that failed.
  std::string_view nearest_rule;
  Field nearest_failed = Field::kNone;
  std::string_view policy_name;
  std::string_view policy_version;
  /// The path as it arrived, with its leading slash if it had one; raw bytes.
  std::string_view path;
  PeerAddress peer;
  /// The accepted identity, or null.
  const PeerIdentity* caller = nullptr;
  /// The certificate, also of a caller that was not accepted, or null without one.
  const CertificateSummary* certificate = nullptr;
  /// The two as the record shows them, if that was written down before: made by certgate of just
  /// these. Else empty.
  std::string_view encoded_certificate = {};
  /// What `AuditLog::Prepare` made of a record that differs from this one in `time`, `id`, `peer`
  /// and `tls_resumed` alone; or null.
  const PreparedRecord* prepared = nullptr;
  /// True when the connection resumed an earlier TLS session (RFC 8446, section 2.2).
  bool tls_resumed = false;
};

/// A file that a load read.
struct LoadedFile {
  std::string name;
  /// SHA-256 of its content, 64 lower-case hexadecimal digits; empty if it could not be read.
  std::string sha256;
};

/// The files that come into force together: policy, client CAs and CRLs; or the server's
/// certificate and key.
enum class LoadedPart { kRules = 0, kKeyPair };

/// Callers that a new policy treats otherwise, in words: `cn my-grpc-client and ou payments`.
struct AccessChange {
  std::string who;
  /// The method key, such as `/helloworld.Greeter/*`.
  std::string method;
};

/// What the files of a server say was taken over, or was not. Texts may be hostile: the encoder
/// escapes them.
struct PolicyLoadRecord {
  absl::Time time;
  std::string_view id;
  /// True if what was read is in force now; false if what was in force before goes on.
  bool loaded = false;
  LoadedPart part = LoadedPart::kRules;
  /// What led to it, in certgate's own words: `start`, `file change`, `poll`, `SIGHUP`.
  std::string_view trigger;
  /// The policy that is in force after the load, and the one before it (empty at start).
  std::string_view policy_name;
  std::string_view policy_version;
  std::string_view previous_version;
  /// Counts the snapshots of this process, from 1; that in force after the load.
  std::uint64_t generation = 0;
  /// The files that were read and differ from those in force (all of them at start).
  std::vector<LoadedFile> changed_files;
  /// Under `loaded == false`, what is wrong, one line each, with file, line and column.
  std::vector<std::string> errors;
  std::vector<AccessChange> gained;
  std::vector<AccessChange> lost;
  /// What no list of callers and methods can say, in words: "authority `corp` has other CA
  /// certificates", "the policies are too large to be compared".
  std::vector<std::string> remarks;
};

/// One or more TLS handshakes that failed in the same way. No call came of them.
struct HandshakeRecord {
  absl::Time time;
  std::string_view id;
  /// What was wrong, as OpenSSL or gRPC say it; may hold text from the wire.
  std::string_view cause;
  /// Empty where gRPC does not tell.
  PeerAddress peer;
  /// How many handshakes this record stands for, and since when: 1 and `time` for a single one.
  std::uint64_t count = 1;
  absl::Time since;
};

/// The longest line that `EncodeRecord` makes, in bytes, its newline included.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} * 1024;

/// Encodes `record` as one line of JSON, the first of a trail, ASCII only, ending with a newline
/// and at most `kMaxRecordBytes` long: values that would not fit are cut and named in
/// `certgate.truncated`. The fields are those of the Elastic Common Schema 8.17 where it has one;
/// docs/audit.md lists them all. Thread-safe; throws std::bad_alloc, and std::runtime_error if
/// OpenSSL fails.
std::string EncodeRecord(const DecisionRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version);
/// The same for the other kinds of record. Lists are cut after as many items as there is room for;
/// the number of all stands beside them.
std::string EncodeRecord(const PolicyLoadRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version);
std::string EncodeRecord(const HandshakeRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version);

}  // namespace certgate

#endif  // CERTGATE_AUDIT_RECORD_H_
