#ifndef CERTGATE_SRC_POLICY_LOAD_ENTRY_H_
#define CERTGATE_SRC_POLICY_LOAD_ENTRY_H_

#include <certgate/decision.h>

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/policy/document.h"
#include "src/policy/load_node.h"
#include "src/policy/load_references.h"
#include "src/policy/load_value.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Reads the entries of a policy, one after the other: `Begin`, then `OnKey` and the values for
/// each of its keys, then `End`.
class EntryReader {
 public:
  explicit EntryReader(DiagnosticLog& log) : log_(log) {}

  /// The entry of a method's list.
  void Begin(SourceLocation location);
  /// The entry of the client set of this index.
  void BeginInClientSet(SourceLocation location, std::size_t client_set);
  void BeginRevoked(SourceLocation location);

  /// Says what the value of `key` must be; `kSkip` after reporting a key that is not allowed.
  Node OnKey(const YamlScalar& key);
  /// A key that has been reported and may have been meant to be an identity field.
  void OnRejectedKey();

  /// One value of the identity field of the last key.
  void OnFieldValue(const YamlScalar& scalar, ValueForm form);
  /// The value of `any`.
  void OnAny(const YamlScalar& scalar);
  /// The value of `id`, `owner`, `reason` or `expires`.
  void OnText(const YamlScalar& scalar);

  /// The entry; reports one that selects nobody.
  Entry End();

  std::vector<ClientReference> TakeClientReferences() { return std::move(clients_); }
  std::vector<AuthorityReference> TakeAuthorityReferences() { return std::move(authorities_); }

 private:
  Node OnRevokedKey(const YamlScalar& key);
  void OnId(const YamlScalar& scalar);
  void OnExpires(const YamlScalar& scalar);
  Selector& CurrentSelector();

  DiagnosticLog& log_;
  Entry entry_;
  std::optional<std::size_t> client_set_;
  bool is_revoked_ = false;
  std::string key_;
  Field field_ = Field::kNone;
  // Of the whole policy.
  std::size_t regex_count_ = 0;
  bool has_keys_ = false;
  bool has_identity_ = false;  // an identity field; of `revoked`, one of a certificate
  // The line of each id.
  std::unordered_map<std::string, std::size_t> ids_;
  std::vector<ClientReference> clients_;
  std::vector<AuthorityReference> authorities_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_ENTRY_H_
