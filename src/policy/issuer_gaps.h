#ifndef CERTGATE_SRC_POLICY_ISSUER_GAPS_H_
#define CERTGATE_SRC_POLICY_ISSUER_GAPS_H_

#include <certgate/policy.h>

#include "src/policy/document.h"

namespace certgate {

/// Finds the entries of methods and client sets that select by an attribute which each authority
/// gives out as it likes (`cn`, `ou`, `o`, `serial`) and name no `issuer` with it. Entries of
/// `revoked` refuse, and do not count.
IssuerGaps FindIssuerGaps(const PolicyDocument& document);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_ISSUER_GAPS_H_
