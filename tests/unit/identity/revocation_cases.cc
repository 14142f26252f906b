#include <absl/time/clock.h>
#include <absl/time/time.h>

#include "tests/support/certificate_minter.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/chain_cases.h"
#include "tests/unit/identity/trust_world.h"

namespace certgate::testing {
namespace {

constexpr ChainStanding kProven = ChainStanding::kProven;
constexpr ChainStanding kRevoked = ChainStanding::kRevoked;
constexpr ChainStanding kUnknown = ChainStanding::kRevocationUnknown;

// What gives the CRLs of each case.
struct World : Chained {
  std::string root_crl = root.IssueCrl({});
  std::string issuing_crl = issuing.IssueCrl({});

  ChainCase Case(std::string name, ChainStanding expected, std::vector<std::string> crls) const {
    return {.name = std::move(name),
            .expected = expected,
            .leaf = leaf,
            .chain = chain,
            .cas = root.certificate_pem(),
            .crls = std::move(crls)};
  }

  // The issuing CA's CRL, with one thing that is special.
  ChainCase With(std::string name, ChainStanding expected, const CrlRequest& request) const {
    return Case(std::move(name), expected, {root_crl, issuing.IssueCrl(request)});
  }
};

std::string Scope(unsigned field) {
  return der::Extension("issuingDistributionPoint", true,
                        der::Sequence(der::Value(der::kContext | field, "\xFF")));
}

std::vector<ChainCase> ListedCases(const World& world) {
  const absl::Time now = absl::Now();
  const std::vector<std::string> leaf = {"22"};
  const std::string older =
      world.issuing.IssueCrl({.serial_numbers = leaf, .this_update = now - absl::Hours(3)});
  const std::string newer = world.issuing.IssueCrl({.this_update = now - absl::Hours(2)});
  const std::string newest =
      world.issuing.IssueCrl({.serial_numbers = leaf, .this_update = now - absl::Hours(1)});
  return {
      world.Case("nothing revoked", kProven, {world.root_crl, world.issuing_crl}),
      world.With("other certificates revoked", kProven, {.serial_numbers = {"21", "23"}}),
      world.With("leaf revoked", kRevoked, {.serial_numbers = leaf}),
      world.Case("intermediate revoked", kRevoked,
                 {world.root.IssueCrl({.serial_numbers = {"11"}}), world.issuing_crl}),
      world.With("revoked in an expired CRL", kRevoked,
                 {.serial_numbers = leaf, .next_update = now - absl::Minutes(1)}),
      world.Case("a newer CRL no longer lists", kProven, {world.root_crl, older, newer}),
      world.Case("a newer CRL no longer lists and stands first", kProven,
                 {newer, older, world.root_crl}),
      world.Case("a newer CRL lists again", kRevoked, {newest, newer, older, world.root_crl}),
  };
}

std::vector<ChainCase> UnknownCases(const World& world) {
  const absl::Time now = absl::Now();
  const std::string unknown = der::Extension("1.2.3.4.5", true, der::Value(5, ""));
  return {
      world.Case("no CRL of the lower level", kUnknown, {world.root_crl}),
      world.Case("no CRL of the higher level", kUnknown, {world.issuing_crl}),
      world.Case("CRL of another CA", kUnknown, {CertificateAuthority("other CA").IssueCrl({})}),
      world.Case("CRL signed by the wrong key", kUnknown,
                 {world.root_crl, world.issuing.IssueCrl({}, &world.root)}),
      world.Case("CRL signed by the wrong key that lists the leaf", kUnknown,
                 {world.root_crl, world.issuing.IssueCrl({.serial_numbers = {"22"}}, &world.root)}),
      world.With("CRL expired", kUnknown, {.next_update = now - absl::Minutes(1)}),
      world.With("CRL not yet valid", kUnknown, {.this_update = now + absl::Hours(1)}),
      world.With("CRL without nextUpdate", kProven, {.next_update = absl::InfiniteFuture()}),
      world.With("CRL without a key identifier", kProven, {.has_key_identifier = false}),
      world.With("unknown critical extension", kUnknown, {.extra_extensions = {unknown}}),
      world.With("unknown extension", kProven,
                 {.extra_extensions = {der::Extension("1.2.3.4.5", false, der::Value(5, ""))}}),
      world.With("unknown critical extension of an entry", kUnknown,
                 {.serial_numbers = {"21"}, .entry_extensions = unknown}),
      // IssuingDistributionPoint (RFC 5280, section 5.2.5).
      world.With("for users only", kProven, {.extra_extensions = {Scope(1)}}),
      world.With("for CAs only", kUnknown, {.extra_extensions = {Scope(2)}}),
      world.With("indirect", kUnknown, {.extra_extensions = {Scope(4)}}),
      world.With("for attribute certificates only", kUnknown, {.extra_extensions = {Scope(5)}}),
  };
}

ChainCase CaThatMayNotSignCrls() {
  const CertificateAuthority root("root CA");
  const CertificateAuthority issuing(
      AuthorityRequest{.common_name = "issuing CA", .may_sign_crls = false}, &root);
  return {.name = "CA that may not sign CRLs",
          .expected = kUnknown,
          .leaf = issuing.Issue("CN=app").certificate_pem,
          .chain = issuing.certificate_pem(),
          .cas = root.certificate_pem(),
          .crls = {root.IssueCrl({}), issuing.IssueCrl({})}};
}

// Where an intermediate is in the CA file, with its root or alone.
std::vector<ChainCase> ListedIntermediates(const World& world) {
  ChainCase beside = world.Case("intermediate listed beside its root", kProven,
                                {world.root_crl, world.issuing_crl});
  beside.cas += world.chain;
  ChainCase revoked =
      world.Case("revoked intermediate listed beside its root", kRevoked,
                 {world.root.IssueCrl({.serial_numbers = {"11"}}), world.issuing_crl});
  revoked.cas += world.chain;
  ChainCase alone = world.Case("intermediate as the anchor, with CRLs", kProven,
                               {world.root_crl, world.issuing_crl});
  alone.cas = world.chain;
  alone.is_partial = true;
  alone.difference = "it wants a CRL for an anchor whose issuer it does not know";
  ChainCase leaf = alone;
  leaf.name = "intermediate as the anchor, leaf revoked";
  leaf.expected = kRevoked;
  leaf.crls = {world.issuing.IssueCrl({.serial_numbers = {"22"}})};
  leaf.difference = "";
  return {beside, revoked, alone, leaf};
}

}  // namespace

std::vector<ChainCase> RevocationCases() {
  const World world;
  std::vector<ChainCase> cases = ListedCases(world);
  for (auto& more : {UnknownCases(world), ListedIntermediates(world)}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  cases.push_back(CaThatMayNotSignCrls());
  ChainCase root = world.Case("self-signed anchor revoked by itself", kRevoked, {});
  const CertificateAuthority self(AuthorityRequest{.common_name = "self CA", .serial_number = "5"});
  root.leaf = self.Issue("CN=app").certificate_pem;
  root.chain = "";
  root.cas = self.certificate_pem();
  root.crls = {self.IssueCrl({.serial_numbers = {"5"}})};
  cases.push_back(root);
  return cases;
}

}  // namespace certgate::testing
