#ifndef CERTGATE_TESTS_SUPPORT_TRUST_H_
#define CERTGATE_TESTS_SUPPORT_TRUST_H_

#include <certgate/policy.h>

#include <memory>
#include <string>

#include "src/identity/trust.h"

namespace certgate::testing {

/// Trust in the client CAs `ca_pem` and in the authorities of `policy`, without CRLs.
inline std::shared_ptr<const Trust> TrustIn(const std::string& ca_pem, const Policy& policy) {
  TrustSources sources;
  sources.client_ca_name = "ca.crt";
  sources.client_ca_pem = ca_pem;
  sources.authorities = policy.authorities();
  return *Trust::Create(std::move(sources));
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_TRUST_H_
