// Each chain is verified by certgate and by the program `openssl verify`, in the manner of NIST's
// PKITS: the verdicts must be the same, and certgate's the one that is expected.

#include <absl/time/clock.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/identity/chain_cases.h"
#include "tests/unit/identity/trust_world.h"

namespace certgate::testing {
namespace {

bool OpensslAccepts(const ChainCase& one) {
  const ScratchDirectory files;
  std::string command = "openssl verify -trusted_first -purpose sslclient -no-CApath -no-CAstore";
  if (one.is_partial) command += " -partial_chain";
  if (!one.crls.empty()) {
    std::string crls;
    for (const std::string& crl : one.crls) crls += crl;
    command += " -crl_check_all -CRLfile " + files.Write("crls.pem", crls);
  }
  if (!one.chain.empty()) command += " -untrusted " + files.Write("chain.pem", one.chain);
  command += " -CAfile " + files.Write("ca.pem", one.cas);
  command += " " + files.Write("leaf.pem", one.leaf);
  command += " >" + files.PathOf("log") + " 2>&1";
  const int status = std::system(command.c_str());
  // Anything but yes and no would pass for a no.
  REQUIRE((status == 0 || WEXITSTATUS(status) == 2));
  return status == 0;
}

ChainFinding CertgateFinds(const ChainCase& one) {
  TrustSources sources;
  sources.client_ca_pem = one.cas;
  for (const std::string& crl : one.crls) sources.crls.push_back({"a.crl", crl});
  return Make(std::move(sources))->Verify(one.leaf, one.chain, absl::Now());
}

void Compare(const std::vector<ChainCase>& cases) {
  for (const ChainCase& one : cases) {
    const ChainFinding finding = CertgateFinds(one);
    INFO(one.name << ": " << finding.detail);
    CHECK(static_cast<int>(finding.standing) == static_cast<int>(one.expected));
    const bool is_proven = finding.standing == ChainStanding::kProven;
    CHECK(is_proven == finding.detail.empty());
    CHECK((OpensslAccepts(one) == is_proven) == one.difference.empty());
  }
}

TEST_CASE("paths are verified as by openssl") { Compare(PathCases()); }

TEST_CASE("anchors are chosen as by openssl") { Compare(AnchorCases()); }

TEST_CASE("revocation is checked as by openssl") { Compare(RevocationCases()); }

}  // namespace
}  // namespace certgate::testing
