#ifndef CERTGATE_SRC_POLICY_LOAD_REFERENCES_H_
#define CERTGATE_SRC_POLICY_LOAD_REFERENCES_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// One `client: name` of an entry.
struct ClientReference {
  std::string name;
  SourceLocation location;
  /// The index of the client set that it stands in; none for a method's entry.
  std::optional<std::size_t> from;
};

/// One `issuer: name` of an entry.
struct AuthorityReference {
  std::string name;
  SourceLocation location;
};

/// Reports the references that name no authority.
void CheckReferences(const std::vector<AuthorityRules>& authorities,
                     const std::vector<AuthorityReference>& references, DiagnosticLog& log);

/// Reports the references that name no client set, and those that lead a client set to itself.
/// Takes time in proportion to the numbers of both; does not recurse.
void CheckReferences(const std::vector<ClientSet>& clients,
                     const std::vector<ClientReference>& references, DiagnosticLog& log);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_REFERENCES_H_
