#ifndef CERTGATE_POLICY_H_
#define CERTGATE_POLICY_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/diagnostic.h>
#include <certgate/peer_identity.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

struct Authority;

/// What people need to know of one `allow`, `deny` or `revoked` entry. The views refer into the
/// policy.
struct RuleDescription {
  /// The entry's `id`, or its place, such as `/helloworld.Greeter/SayHello allow[1]` or
  /// `revoked[2]`.
  std::string name;
  /// `owner` and `reason` as written; empty where absent.
  std::string_view owner;
  std::string_view reason;
  /// The line of the policy file on which the entry begins, from 1.
  std::size_t line = 0;
};

/// The entries that select by `cn`, `ou`, `o` or `serial` and not by `issuer` too. Such attributes
/// mean nothing without the authority that issued them: with several roots, each could issue them.
/// `revoked` entries refuse, and are not counted.
struct IssuerGaps {
  /// One such entry.
  struct Gap {
    /// The line of the policy file on which the entry begins, from 1.
    std::size_t line = 0;
    /// What it selects by, such as `cn: my-grpc-client`; text of the policy.
    std::string selector;
  };
  std::size_t count = 0;
  /// Ten of them at most, in the order of the file.
  std::vector<Gap> first;
};

/// An immutable, compiled policy; `LoadPolicy` makes them. An object that exists is valid. Safe to
/// share between threads.
class Policy {
 public:
  /// For the loader.
  class Compiled;
  explicit Policy(std::unique_ptr<const Compiled> compiled) noexcept;
  ~Policy();
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  /// The policy's `name`.
  std::string_view name() const noexcept;
  /// `sha256:` and 64 hexadecimal digits: the hash of the file's bytes.
  std::string_view version() const noexcept;
  /// The number of entries: allow, deny, revoked and those of client sets.
  std::size_t entry_count() const noexcept;
  /// The entries that need a server which trusts one root only.
  const IssuerGaps& issuer_gaps() const noexcept;
  /// The next moment after `after` from which an entry with `expires` matches nobody any more;
  /// InfiniteFuture if there is none. Until then `Decide` gives the same answers, but for the
  /// validity of certificates.
  absl::Time next_expiry(absl::Time after) const noexcept;
  /// The authorities that the policy names, in the order of the file, with their CA certificates.
  const std::vector<Authority>& authorities() const noexcept;

  /// Decides whether `caller` may call `path` (the gRPC `:path`, `/package.Service/Method`) at
  /// `now`: the certificate's validity first, then whether it is revoked, then whether one of the
  /// policy's authorities vouches for it (if the policy names any), then the form of the path, then
  /// the entries. Pure:
  /// no I/O, clock, lock or log; the same arguments give the same answer. The cost does not grow
  /// with the number of entries, only with the number that share a value with the caller.
  /// Anything unexpected, running out of memory included, is `Reason::kInternalError`, a denial.
  /// Thread-safe.
  Decision Decide(const PeerIdentity& caller, std::string_view path, absl::Time now) const noexcept;

  /// For certgate's own tools.
  const Compiled& compiled() const noexcept { return *compiled_; }

  /// Describes an entry that a `Decision` of this policy names. An index that this policy did not
  /// hand out gives a description with the name `unknown`. Thread-safe.
  RuleDescription Describe(RuleIndex rule) const;

 private:
  std::unique_ptr<const Compiled> compiled_;
};

/// The outcome of reading a policy: `policy` is null exactly if a diagnostic is an error. Without
/// an error there may be a warning or a note, when the file may have been cut short.
struct PolicyLoad {
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
};

/// Reads, validates and compiles the policy file `path` (YAML, at most 64 MiB) and the CA files of
/// its authorities, whose paths are relative to the policy's folder. All errors of the file are
/// reported. A file that cannot be read is an error without a location. Never throws. Thread-safe.
PolicyLoad LoadPolicy(const std::string& path);

/// The same for a text in memory; `file` is the name that diagnostics show.
PolicyLoad ParsePolicy(std::string_view text, const std::string& file);

}  // namespace certgate

#endif  // CERTGATE_POLICY_H_
