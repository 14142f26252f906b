#include "src/analysis/claimed_caller.h"

#include <absl/time/clock.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

struct TwoAuthorities {
  ScratchDirectory files;
  CertificateAuthority corp{"corp CA"};
  CertificateAuthority partner{"partner CA"};
  PolicySource source = Allowing(
      "      - { cn: app, issuer: corp }\n",
      "authorities:\n  corp: { ca_file: '" + files.Write("corp.crt", corp.certificate_pem()) +
          "' }\n  partner: { ca_file: '" + files.Write("partner.crt", partner.certificate_pem()) +
          "' }\n");
};

std::string MessageOf(const std::variant<PeerIdentity, Problem>& result) {
  const auto* const problem = std::get_if<Problem>(&result);
  return problem == nullptr ? "" : problem->message;
}

std::vector<std::string> IssuersOf(const PeerIdentity& identity) {
  std::vector<std::string> names;
  for (const VouchingAuthority& authority : identity.authorities) names.push_back(authority.name);
  return names;
}

TEST_CASE("attributes make an identity") {
  const PolicySource source = Allowing("      - cn: app\n");
  ClaimedCaller claimed;
  claimed.cn = "app";
  claimed.ou = {"a", "b"};
  claimed.uri = {"spiffe://acme.example/app"};
  claimed.serial = "00:0a";
  const auto identity = std::get<PeerIdentity>(IdentityOf(claimed, source));
  CHECK(identity.common_name == "app");
  CHECK(identity.organizational_units == std::vector<std::string>{"a", "b"});
  CHECK(identity.spiffe_id == "spiffe://acme.example/app");
  CHECK(identity.certificate.serial_number == "A");
}

TEST_CASE("values that no certificate could have are refused") {
  const PolicySource source = Allowing("      - cn: app\n");
  ClaimedCaller claimed;
  claimed.cn = "";
  CHECK(MessageOf(IdentityOf(claimed, source)) == "`cn` is empty");
  claimed.cn = "a\nb";
  CHECK(MessageOf(IdentityOf(claimed, source)) == "`cn` holds a control character");
  claimed.cn = std::string(257, 'a');
  CHECK_FALSE(MessageOf(IdentityOf(claimed, source)).empty());
  claimed.cn = "a";
  claimed.serial = "xyz";
  CHECK(MessageOf(IdentityOf(claimed, source)) == "`xyz` is not a serial number");
  claimed.serial.clear();
  claimed.issuer = {"corp"};
  CHECK(MessageOf(IdentityOf(claimed, source)) == "unknown issuer `corp`");
}

TEST_CASE("of several authorities none is assumed, of one it is") {
  const TwoAuthorities two;
  ClaimedCaller claimed;
  claimed.cn = "app";
  CHECK(IssuersOf(std::get<PeerIdentity>(IdentityOf(claimed, two.source))).empty());
  claimed.issuer = {"partner"};
  CHECK(IssuersOf(std::get<PeerIdentity>(IdentityOf(claimed, two.source))) ==
        std::vector<std::string>{"partner"});
  claimed.issuer.clear();
  const PolicySource one = Allowing(
      "      - cn: app\n", "authorities:\n  corp: { ca_file: '" +
                               two.files.Write("one.crt", two.corp.certificate_pem()) + "' }\n");
  CHECK(IssuersOf(std::get<PeerIdentity>(IdentityOf(claimed, one))) ==
        std::vector<std::string>{"corp"});
}

TEST_CASE("a certificate file brings its identity and its authority") {
  const TwoAuthorities two;
  const CertificateAuthority issuing("issuing CA", two.corp);
  const std::string path = two.files.Write(
      "app.crt", issuing.Issue("CN=app").certificate_pem + issuing.certificate_pem());
  const auto caller =
      std::get<PresentedCaller>(IdentityOfCertificate(path, "", two.source, absl::Now()));
  REQUIRE(caller.identity.has_value());
  CHECK(caller.identity->common_name == "app");
  CHECK(IssuersOf(*caller.identity) == std::vector<std::string>{"corp"});
}

TEST_CASE("a certificate that the server's CA did not issue fails in the handshake") {
  const TwoAuthorities two;
  const std::string path = two.files.Write("app.crt", two.corp.Issue("CN=app").certificate_pem);
  const std::string corp = two.files.Write("ca.crt", two.corp.certificate_pem());
  const std::string partner = two.files.Write("other-ca.crt", two.partner.certificate_pem());
  const auto read = [&](const std::string& ca, absl::Time now) {
    return std::get<PresentedCaller>(IdentityOfCertificate(path, ca, two.source, now));
  };
  CHECK(read(corp, absl::Now()).identity.has_value());
  CHECK_FALSE(read(partner, absl::Now()).identity.has_value());
  CHECK(read(partner, absl::Now()).refusal == Reason::kNoCertificate);
  // The CA's own certificate ends after a year.
  CHECK_FALSE(read(corp, absl::Now() + absl::Hours(24 * 400)).identity.has_value());
}

TEST_CASE("an ambiguous certificate is a refusal, a file without one is a problem") {
  const TwoAuthorities two;
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "a"}, {.type = "CN", .value = "b"}};
  const std::string path = two.files.Write("two.crt", two.corp.Issue(request).certificate_pem);
  const auto caller =
      std::get<PresentedCaller>(IdentityOfCertificate(path, "", two.source, absl::Now()));
  CHECK_FALSE(caller.identity.has_value());
  CHECK(caller.refusal == Reason::kIdentityRejected);
  CHECK(caller.detail == "the subject has 2 common names");
  const auto problem_of = [&](const std::string& file, const std::string& ca) {
    return std::get<Problem>(IdentityOfCertificate(file, ca, two.source, absl::Now())).message;
  };
  const std::string text = two.files.Write("text", "no certificate");
  CHECK(problem_of(text, "").ends_with("cannot be used: holds no PEM certificate"));
  CHECK(problem_of(path, text).ends_with("cannot be used: holds no PEM certificate"));
  CHECK(problem_of("/nowhere", "").ends_with("no such file or directory"));
}

}  // namespace
}  // namespace certgate::testing
