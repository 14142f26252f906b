#ifndef CERTGATE_TESTS_UNIT_IDENTITY_TRUST_WORLD_H_
#define CERTGATE_TESTS_UNIT_IDENTITY_TRUST_WORLD_H_

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/identity/trust.h"
#include "src/identity/trust_anchors.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"

namespace certgate::testing {

/// The time of the test's start, in whole seconds as certificates write them.
inline absl::Time Start() {
  static const absl::Time start = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  return start;
}

inline std::shared_ptr<const Trust> Make(TrustSources sources) {
  if (sources.client_ca_name.empty()) sources.client_ca_name = "ca.pem";
  auto trust = Trust::Create(std::move(sources));
  INFO(trust.status().ToString());
  REQUIRE(trust.ok());
  return *std::move(trust);
}

/// The message of the error that `sources` end in.
inline std::string WhyNot(TrustSources sources) {
  if (sources.client_ca_name.empty()) sources.client_ca_name = "ca.pem";
  const auto trust = Trust::Create(std::move(sources));
  REQUIRE_FALSE(trust.ok());
  return std::string(trust.status().message());
}

inline certgate::Authority NamedAuthority(const std::string& name, const std::string& pem) {
  auto anchors = TrustAnchors::Parse(pem);
  REQUIRE(anchors.ok());
  return {name, *anchors};
}

inline CertificateRequest Client(const std::string& serial_number) {
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "app"}};
  request.serial_number = serial_number;
  return request;
}

/// A root, an intermediate (serial number 11) and its client (serial number 22).
struct Chained {
  CertificateAuthority root{"root CA"};
  CertificateAuthority issuing{AuthorityRequest{.common_name = "issuing CA", .serial_number = "11"},
                               &root};
  std::string leaf = issuing.Issue(Client("22")).certificate_pem;
  std::string chain = issuing.certificate_pem();
};

/// The sources in which both CAs of `chained` have given these CRLs.
inline TrustSources Sources(const Chained& chained, const std::vector<std::string>& crls) {
  TrustSources sources;
  sources.client_ca_name = "ca.pem";
  sources.client_ca_pem = chained.root.certificate_pem();
  sources.check_revocation = true;
  for (const std::string& crl : crls) {
    sources.crls.push_back({std::to_string(sources.crls.size() + 1) + ".crl", crl});
  }
  return sources;
}

inline ChainFinding Find(const Chained& chained, TrustSources sources,
                         absl::Time now = absl::Now()) {
  return Make(std::move(sources))->Verify(chained.leaf, chained.chain, now);
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_IDENTITY_TRUST_WORLD_H_
