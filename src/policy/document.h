#ifndef CERTGATE_SRC_POLICY_DOCUMENT_H_
#define CERTGATE_SRC_POLICY_DOCUMENT_H_

#include <absl/time/time.h>
#include <certgate/decision.h>
#include <certgate/diagnostic.h>

#include <optional>
#include <string>
#include <vector>

#include "src/identity/authority.h"

namespace certgate {

/// How the text of a selector value is compared.
enum class ValueKind {
  kExact,    // byte by byte
  kPattern,  // each `*` is a wildcard
  kRegex,    // an RE2 expression that must match the whole value
};

/// One value of a selector, as it is compared.
struct SelectorValue {
  /// UTF-8. `serial`: upper-case hexadecimal without leading zeros; `sha256`: 64 lower-case
  /// digits; `dns`: lower case, but for regexes; all others as written.
  std::string text;
  ValueKind kind = ValueKind::kExact;

  friend bool operator==(const SelectorValue&, const SelectorValue&) = default;
};

/// One identity field of an entry: it holds if one of `values` does. `any` has no values.
/// For `client`, the texts are names of client sets; for `issuer`, of authorities.
struct Selector {
  Field field = Field::kNone;
  std::vector<SelectorValue> values;
};

/// An entry of `allow`, `deny`, `revoked` or a client set: it matches if all of `selectors` hold.
/// Each field occurs at most once; there is at least one.
struct Entry {
  std::vector<Selector> selectors;
  std::string id;
  std::string owner;
  std::string reason;
  /// From this moment on the entry matches nobody.
  absl::Time expires = absl::InfiniteFuture();
  SourceLocation location;
};

/// An authority as the file names it; its CA certificates are in `Authority`.
struct AuthorityRules {
  Authority authority;
  /// As written, relative to the policy's folder.
  std::string ca_file;
  SourceLocation location;
};

struct ClientSet {
  std::string name;
  std::vector<Entry> entries;
  SourceLocation location;
};

/// The four forms of a method key, the most specific first.
enum class MethodScope { kMethod, kService, kPackage, kAll };

struct MethodRules {
  MethodScope scope = MethodScope::kAll;
  /// As written: `/package.Service/Method`, `/package.Service/*`, `/package.*` or `*`.
  std::string key;
  std::optional<Mode> mode;
  SourceLocation mode_location;
  std::vector<Entry> allow;
  std::vector<Entry> deny;
  SourceLocation location;
};

/// A policy file that has been read and found valid: every client and authority that an entry names
/// exists, no client set leads to itself, keys and ids are unique.
struct PolicyDocument {
  std::string name;
  /// `sha256:` and 64 hexadecimal digits over the file's bytes.
  std::string version;
  Mode mode = Mode::kEnforce;
  SourceLocation mode_location;
  std::vector<AuthorityRules> authorities;
  std::vector<ClientSet> clients;
  std::vector<MethodRules> methods;
  std::vector<Entry> revoked;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_DOCUMENT_H_
