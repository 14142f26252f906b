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

/// What people need to know of one `allow` or `deny` entry. The views refer into the policy.
struct RuleDescription {
  /// The entry's `id`, or its place, such as `/helloworld.Greeter/SayHello allow[1]`.
  std::string name;
  /// `owner` and `reason` as written; empty where absent.
  std::string_view owner;
  std::string_view reason;
  /// The line of the policy file on which the entry begins, from 1.
  std::size_t line = 0;
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
  /// The number of entries: allow, deny and those of client sets.
  std::size_t entry_count() const noexcept;
  /// True if any entry selects by `cn`, `ou`, `o` or `serial`: attributes that mean nothing without
  /// the authority that issued them, and so need a server that trusts one root only.
  bool relies_on_issuer() const noexcept;

  /// Decides whether `caller` may call `path` (the gRPC `:path`, `/package.Service/Method`) at
  /// `now`: the certificate's validity first, then the form of the path, then the entries. Pure:
  /// no I/O, clock, lock or log; the same arguments give the same answer. The cost does not grow
  /// with the number of entries, only with the number that share a value with the caller.
  /// Anything unexpected, running out of memory included, is `Reason::kInternalError`, a denial.
  /// Thread-safe.
  Decision Decide(const PeerIdentity& caller, std::string_view path, absl::Time now) const noexcept;

  /// Describes an entry that a `Decision` of this policy names. An index that this policy did not
  /// hand out gives a description with the name `unknown`. Thread-safe.
  RuleDescription Describe(RuleIndex rule) const;

 private:
  std::unique_ptr<const Compiled> compiled_;
};

/// The outcome of reading a policy: `policy` is null exactly if a diagnostic is an error.
struct PolicyLoad {
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
};

/// Reads, validates and compiles the policy file `path` (YAML, at most 64 MiB). All errors of the
/// file are reported. A file that cannot be read is an error without a location. Never throws.
/// Thread-safe.
PolicyLoad LoadPolicy(const std::string& path);

/// The same for a text in memory; `file` is the name that diagnostics show.
PolicyLoad ParsePolicy(std::string_view text, const std::string& file);

}  // namespace certgate

#endif  // CERTGATE_POLICY_H_
