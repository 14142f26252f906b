#ifndef CERTGATE_AUDIT_SINK_H_
#define CERTGATE_AUDIT_SINK_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace certgate {

/// Where audit records go. One implementation for each kind of place. `AuditLog` numbers, chains
/// and batches the lines; it calls one function of a sink at a time, never from two threads at
/// once, but for `AskToReopen`. None may throw; `AuditLog` turns an exception into a failure all
/// the same.
class AuditSink {
 public:
  virtual ~AuditSink() = default;

  /// What `Write` did.
  struct Written {
    absl::Status status;
    /// How many bytes from the start of the lines stay in the place: all of them if `status` is OK,
    /// else those of the whole lines that could not be taken back.
    std::size_t bytes = 0;
  };

  /// Where the trail stood when the place was opened.
  struct Opening {
    /// How records name the place: a file's path, `standard output`.
    std::string place;
    /// `certgate.chain.hash` and `event.sequence` of the trail's last record, from which it goes
    /// on; empty and 0 where it begins.
    std::string last_hash = {};
    std::uint64_t last_sequence = 0;
    /// The file in which that record stands, if it is another one than `place`.
    std::string continues = {};
    /// A torn last line that was cut off: its length, and its text, which may be shortened.
    std::string torn = {};
    std::uint64_t torn_bytes = 0;
    /// What else the record should tell, in words of certgate's own; may be empty.
    std::string remark = {};
  };

  /// Why a sink goes on in another place.
  enum class Turn { kNone = 0, kRotate, kReopen, kVanished };

  /// Hands `lines`, one or more, each with its newline at the end, to the place. Success means that
  /// they are out of this process's hands (for a file: in the kernel) and survive a kill of the
  /// process. On an error nothing of them may stay but whole lines, which `Written::bytes` counts;
  /// half a line must be cut off, or be ended by a newline before the next.
  virtual Written Write(std::string_view lines) = 0;

  /// Makes what was written survive a power cut, if the place can.
  virtual absl::Status Sync() { return absl::OkStatus(); }

  /// Takes back all that the last successful `Write` took. False if the place cannot do that.
  virtual bool TakeBack() { return false; }
  virtual bool can_take_back() const { return false; }

  /// How messages name the sink, e.g. "audit file `/var/log/audit.jsonl`".
  virtual std::string name() const = 0;

  /// The path of the file that records go to, for what is kept beside it; empty if the place is no
  /// regular file.
  virtual std::string path() const { return {}; }

  /// Where the trail stands; called once, before all else.
  virtual Opening Open() { return {.place = name()}; }

  /// Whether the sink is to go on in another place before `bytes` more are written.
  virtual Turn Due(std::size_t bytes, absl::Time now) {
    static_cast<void>(bytes);
    static_cast<void>(now);
    return Turn::kNone;
  }

  /// Goes on in another place, for the reason that `Due` gave; of the opening, the hash and the
  /// sequence are not looked at. On an error the sink stays where it is. Then records go on there
  /// if the reason was `kRotate`; else none is written until it succeeds.
  virtual absl::StatusOr<Opening> Next(Turn reason, absl::Time now) {
    static_cast<void>(reason);
    static_cast<void>(now);
    return absl::UnimplementedError("this place has no other");
  }

  /// Lets the next `Due` look whether the place was moved away (logrotate). Thread-safe.
  virtual void AskToReopen() noexcept {}
};

/// How a file of audit records is divided and what becomes of its parts.
struct AuditFileOptions {
  enum class Compression { kNone = 0, kGzip, kZstd };

  std::string path;
  /// A file that would grow beyond so many bytes is closed and renamed; 0 for never. At least
  /// 65,536.
  std::uint64_t rotate_bytes = 0;
  /// The same for one whose first record is so old; infinite for never. At least a minute.
  absl::Duration rotate_age = absl::InfiniteDuration();
  Compression compression = Compression::kNone;
  /// How many closed files are kept, how many bytes they may take, and how old they may get; 0 and
  /// infinite for no limit. The oldest go first.
  std::size_t keep_files = 0;
  std::uint64_t keep_bytes = 0;
  absl::Duration keep_age = absl::InfiniteDuration();
};

/// A sink that appends to the regular file `options.path`, created with mode 0600 if it does not
/// exist. A closed file of `audit.jsonl` is named `audit-20261126T061530.123456Z.jsonl`, with `.gz`
/// or `.zst` behind it once it is compressed. Errors, which name the file and say why: it cannot be
/// opened for appending; another process writes to it; an option is out of range.
absl::StatusOr<std::unique_ptr<AuditSink>> OpenAuditFile(AuditFileOptions options);

/// A sink that writes to the process's standard output. A reader that takes nothing for ten seconds
/// counts as a failure.
std::unique_ptr<AuditSink> OpenAuditStdout();

/// Where syslog messages go, and what they say beside the record.
struct AuditSyslogOptions {
  /// `unix:PATH`, a local socket such as `unix:/dev/log`, or `tcp:HOST:PORT`, with an IPv6 address
  /// in brackets.
  std::string address;
  /// `authpriv`, `auth`, `daemon`, `user` or `local0` to `local7`.
  std::string facility = "authpriv";
  /// 1 to 48 printable ASCII characters without blanks.
  std::string app_name = "certgate";
  /// For connecting, and for one `Write`; a millisecond to a minute.
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration write_timeout = absl::Seconds(10);
};

/// A sink that sends each record as a message of its own (RFC 5424) to a syslog server, over a
/// local socket or, with octet counting (RFC 6587), over TCP. It connects when there is something
/// to write, and again by itself when the server was started anew. A message counts as written once
/// the kernel has it: neither kind of socket tells whether the server has taken it. Up to 256 KiB
/// may lie there, and what the server's own kernel holds, and are lost if the server dies before it
/// reads them. A server that hangs is waited for once, for `write_timeout`; then each `Write` fails
/// within 200 ms until it takes something again, half a message first. Errors: InvalidArgument for
/// an option that cannot be.
absl::StatusOr<std::unique_ptr<AuditSink>> OpenAuditSyslog(AuditSyslogOptions options);

}  // namespace certgate

#endif  // CERTGATE_AUDIT_SINK_H_
