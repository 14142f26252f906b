// Reads any bytes as a file of CRLs. Nothing may crash; a CRL that is read keeps its promises, and
// no file that its CA has not signed makes a certificate proven, or stops a listed one from being
// refused.

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "src/identity/revocation_lists.h"
#include "src/identity/trust.h"
#include "tests/fuzz/crl_chain.h"
#include "tests/fuzz/require.h"

using certgate::ChainStanding;
using certgate::fuzz::Require;

namespace {

// In 2036, when every certificate of the chain is valid.
constexpr absl::Time kNow = absl::FromUnixSeconds(2'082'758'400);

void CheckMessage(const std::string& message) {
  Require(!message.empty(), "an error has a message");
  for (const char c : message) {
    Require(static_cast<unsigned char>(c) >= 0x20, "nothing drives a terminal");
  }
}

void CheckReading(const std::string& content) {
  const auto lists = certgate::ReadRevocationLists(content);
  if (!lists.ok()) return CheckMessage(std::string(lists.status().message()));
  Require(!lists->empty(), "a file that is read has a CRL");
  for (const certgate::RevocationList& list : *lists) {
    Require(list.crl != nullptr, "a CRL that is read is there");
    Require(list.this_update < absl::InfiniteFuture(), "a CRL says when it begins");
  }
}

void CheckVerification(const std::string& content) {
  certgate::TrustSources sources;
  sources.client_ca_name = "ca.pem";
  sources.client_ca_pem = certgate::fuzz::kRootPem;
  sources.crls = {{"root.crl", certgate::fuzz::kRootCrlPem}, {"fuzz.crl", content}};
  const auto trust = certgate::Trust::Create(std::move(sources));
  if (!trust.ok()) return CheckMessage(std::string(trust.status().message()));
  for (const std::string& doubt : (*trust)->doubts()) CheckMessage(doubt);
  const certgate::ChainFinding finding =
      (*trust)->Verify(certgate::fuzz::kLeafPem, certgate::fuzz::kIssuingPem, kNow);
  Require(finding.standing == ChainStanding::kRevoked ||
              finding.standing == ChainStanding::kRevocationUnknown,
          "nobody gets in by a CRL that the CA has not signed");
  Require(finding.from <= kNow && kNow < finding.until, "a finding holds when it is made");
  CheckMessage(finding.detail);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string content(reinterpret_cast<const char*>(data), size);
  CheckReading(content);
  CheckVerification(content);
  return 0;
}
