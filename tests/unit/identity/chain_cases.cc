#include "tests/unit/identity/chain_cases.h"

#include <absl/time/clock.h>
#include <absl/time/time.h>

#include "tests/support/certificate_minter.h"
#include "tests/unit/identity/trust_world.h"

namespace certgate::testing {
namespace {

constexpr ChainStanding kProven = ChainStanding::kProven;
constexpr ChainStanding kUnproven = ChainStanding::kUnproven;

std::string NamedClient(const CertificateAuthority& issuer, const std::string& dns_name) {
  CertificateRequest request = Client("22");
  request.alternative_names = {"DNS:" + dns_name};
  return issuer.Issue(request).certificate_pem;
}

// A client below an intermediate of `request`, presented with it.
ChainCase Below(std::string name, ChainStanding expected, AuthorityRequest request,
                const std::string& dns_name = "app.acme.example") {
  const CertificateAuthority root("root CA");
  request.common_name = "issuing CA";
  const CertificateAuthority issuing(request, &root);
  return {.name = std::move(name),
          .expected = expected,
          .leaf = NamedClient(issuing, dns_name),
          .chain = issuing.certificate_pem(),
          .cas = root.certificate_pem()};
}

// The same with one more intermediate, `lower`, in between.
ChainCase TwoBelow(std::string name, ChainStanding expected, AuthorityRequest upper,
                   AuthorityRequest lower) {
  const CertificateAuthority root("root CA");
  upper.common_name = "upper CA";
  lower.common_name = "lower CA";
  const CertificateAuthority first(upper, &root);
  const CertificateAuthority second(lower, &first);
  return {.name = std::move(name),
          .expected = expected,
          .leaf = second.Issue("CN=app").certificate_pem,
          .chain = second.certificate_pem() + first.certificate_pem(),
          .cas = root.certificate_pem()};
}

ChainCase WithUsages(std::string name, ChainStanding expected, std::vector<std::string> usages) {
  const CertificateAuthority root("root CA");
  CertificateRequest request = Client("22");
  request.extended_key_usages = std::move(usages);
  return {.name = std::move(name),
          .expected = expected,
          .leaf = root.Issue(request).certificate_pem,
          .cas = root.certificate_pem()};
}

std::vector<ChainCase> WhereIntermediatesAre() {
  const CertificateAuthority root("root CA");
  const CertificateAuthority upper("upper CA", root);
  const CertificateAuthority lower("lower CA", upper);
  const std::string cas = root.certificate_pem();
  const std::string above_upper = upper.Issue("CN=app").certificate_pem;
  const std::string above_lower = lower.Issue("CN=app").certificate_pem;
  const std::string both = lower.certificate_pem() + upper.certificate_pem();
  return {
      {"root alone", kProven, root.Issue("CN=app").certificate_pem, "", cas},
      {"intermediate presented", kProven, above_upper, upper.certificate_pem(), cas},
      {"intermediate in the CA file", kProven, above_upper, "", cas + upper.certificate_pem()},
      {"intermediate absent", kUnproven, above_upper, "", cas},
      {"two intermediates presented", kProven, above_lower, both, cas},
      {"two presented upside down",
       kProven,
       above_lower,
       upper.certificate_pem() + lower.certificate_pem(),
       cas,
       {}},
      {"two in the CA file", kProven, above_lower, "", cas + both},
      {"one presented and one in the CA file",
       kProven,
       above_lower,
       lower.certificate_pem(),
       cas + upper.certificate_pem(),
       {}},
      {"the upper one absent", kUnproven, above_lower, lower.certificate_pem(), cas},
      {"the lower one absent", kUnproven, above_lower, upper.certificate_pem(), cas},
      {"the root presented and not listed",
       kUnproven,
       above_upper,
       upper.certificate_pem() + cas,
       CertificateAuthority("other CA").certificate_pem(),
       {}},
  };
}

ChainCase LeafAsCa() {
  const CertificateAuthority root("root CA");
  const CertificateAuthority leaf(
      AuthorityRequest{.common_name = "app", .is_ca = false, .may_sign_certificates = false},
      &root);
  return {.name = "a leaf as a CA",
          .leaf = leaf.Issue("CN=admin").certificate_pem,
          .chain = leaf.certificate_pem(),
          .cas = root.certificate_pem()};
}

ChainCase OldRoot() {
  const CertificateAuthority root(AuthorityRequest{.common_name = "root CA", .is_version_1 = true});
  return {.name = "root of version 1",
          .expected = kProven,
          .leaf = root.Issue("CN=app").certificate_pem,
          .cas = root.certificate_pem()};
}

ChainCase OldIntermediate() {
  return Below("intermediate of version 1", kUnproven, {.is_version_1 = true});
}

// The key of one CA under the name of another: the name leads to it, the signature does not.
ChainCase SameNameOtherKey() {
  const CertificateAuthority root("root CA");
  const CertificateAuthority twin("root CA");
  return {.name = "CA of the same name with another key",
          .leaf = twin.Issue("CN=app").certificate_pem,
          .cas = root.certificate_pem()};
}

ChainCase BothOfOneName() {
  const CertificateAuthority root("root CA");
  const CertificateAuthority twin("root CA");
  return {.name = "two CAs of one name, both listed",
          .expected = kProven,
          .leaf = twin.Issue("CN=app").certificate_pem,
          .cas = root.certificate_pem() + twin.certificate_pem()};
}

ChainCase CrossSigned(std::string name, ChainStanding expected, bool shows_cross, bool lists_new,
                      bool lists_old) {
  const CertificateAuthority old_root("old root CA");
  const CertificateAuthority new_root("new root CA");
  const CertificateAuthority issuing("issuing CA", new_root);
  const std::string cross = old_root.CrossSign(new_root, {});
  std::string cas;
  if (lists_new) cas += new_root.certificate_pem();
  if (lists_old) cas += old_root.certificate_pem();
  return {.name = std::move(name),
          .expected = expected,
          .leaf = issuing.Issue("CN=app").certificate_pem,
          .chain = issuing.certificate_pem() + (shows_cross ? cross : ""),
          .cas = cas};
}

ChainCase EndedRoot(std::string name, absl::Time not_before, absl::Time not_after) {
  const CertificateAuthority root(
      AuthorityRequest{.common_name = "root CA", .not_before = not_before, .not_after = not_after});
  return {.name = std::move(name),
          .leaf = root.Issue("CN=app").certificate_pem,
          .cas = root.certificate_pem()};
}

ChainCase OnlyIntermediateListed(std::string name, ChainStanding expected, bool root_has_expired) {
  const CertificateAuthority root(AuthorityRequest{
      .common_name = "root CA",
      .not_after = absl::Now() + (root_has_expired ? -absl::Hours(1) : absl::Hours(1))});
  const CertificateAuthority issuing("issuing CA", root);
  return {.name = std::move(name),
          .expected = expected,
          .leaf = issuing.Issue("CN=app").certificate_pem,
          .cas = issuing.certificate_pem() + (root_has_expired ? root.certificate_pem() : ""),
          .is_partial = true};
}

}  // namespace

std::vector<ChainCase> PathCases() {
  std::vector<ChainCase> cases = WhereIntermediatesAre();
  const std::vector<std::string> acme = {"acme.example"};
  cases.push_back(Below("names as permitted", kProven, {.permitted_dns_names = acme}));
  cases.push_back(
      Below("names not permitted", kUnproven, {.permitted_dns_names = acme}, "app.other.example"));
  cases.push_back(Below("names excluded", kUnproven, {.excluded_dns_names = acme}));
  cases.push_back(
      Below("names not excluded", kProven, {.excluded_dns_names = acme}, "app.other.example"));
  cases.push_back(WithUsages("for servers only", kUnproven, {"serverAuth"}));
  cases.push_back(WithUsages("for clients only", kProven, {"clientAuth"}));
  cases.push_back(WithUsages("without a usage", kProven, {}));
  cases.push_back(Below("CA for servers only", kUnproven, {.extended_key_usages = {"serverAuth"}}));
  cases.push_back(
      Below("CA that may not sign certificates", kUnproven, {.may_sign_certificates = false}));
  cases.push_back(Below("CA that is none", kUnproven, {.is_ca = false}));
  cases.push_back(LeafAsCa());
  cases.push_back(Below("path length kept", kProven, {.path_length = 0}));
  cases.push_back(TwoBelow("path length of two kept", kProven, {.path_length = 1}, {}));
  cases.push_back(TwoBelow("path length broken", kUnproven, {.path_length = 0}, {}));
  cases.push_back(OldRoot());
  cases.push_back(OldIntermediate());
  const absl::Time now = absl::Now();
  cases.push_back(Below("intermediate expired", kUnproven, {.not_after = now - absl::Hours(1)}));
  cases.push_back(
      Below("intermediate not yet valid", kUnproven, {.not_before = now + absl::Hours(1)}));
  return cases;
}

std::vector<ChainCase> AnchorCases() {
  const absl::Time now = absl::Now();
  return {
      SameNameOtherKey(),
      BothOfOneName(),
      CrossSigned("cross-signed, the new root listed", kProven, false, true, false),
      CrossSigned("cross-signed, the new root listed and the way to the old shown", kProven, true,
                  true, false),
      CrossSigned("cross-signed, the old root listed", kProven, true, false, true),
      CrossSigned("cross-signed, both listed", kProven, true, true, true),
      CrossSigned("cross-signed, the way to the old root not shown", kUnproven, false, false, true),
      EndedRoot("root expired", now - absl::Hours(48), now - absl::Hours(1)),
      EndedRoot("root not yet valid", now + absl::Hours(1), now + absl::Hours(48)),
      OnlyIntermediateListed("an intermediate as the anchor", kProven, false),
      OnlyIntermediateListed("an intermediate as the anchor below an expired root", kProven, true),
  };
}

}  // namespace certgate::testing
