#include <absl/time/clock.h>
#include <certgate/credentials.h>
#include <openssl/pem.h>

#include <string>

#include "src/identity/openssl_ptr.h"
#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct Files {
  ScratchDirectory scratch;
  CertificateAuthority authority{"unit CA"};
  MutualTlsFiles names;

  Files() {
    CertificateRequest request;
    request.subject = {{"CN", "localhost"}};
    request.not_after = absl::Now() + absl::Hours(24 * 90);
    const MintedCertificate identity = authority.Issue(request);
    names = {.certificate = scratch.Write("server.crt", identity.certificate_pem),
             .private_key = scratch.Write("server.key", identity.private_key_pem),
             .client_ca = scratch.Write("ca.crt", authority.certificate_pem())};
  }

  absl::Status Refusal() const {
    const auto credentials = MutualTlsServerCredentials(names);
    CHECK_FALSE(credentials.ok());
    return credentials.status();
  }
  std::string Message() const { return std::string(Refusal().message()); }
};

std::string EncryptedKey() {
  const PkeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char passphrase[] = "secret";
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), passphrase, 6,
                                        nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

TEST_CASE("good files make credentials") {
  const Files files;
  CHECK(MutualTlsServerCredentials(files.names).ok());
}

TEST_CASE("a file that is missing is named") {
  for (std::string MutualTlsFiles::*member :
       {&MutualTlsFiles::certificate, &MutualTlsFiles::private_key, &MutualTlsFiles::client_ca}) {
    Files files;
    files.names.*member = files.scratch.PathOf("missing.pem");
    CHECK_THAT(files.Message(), ContainsSubstring("missing.pem`: no such file"));
    files.names.*member = files.scratch.PathOf("");
    CHECK_THAT(files.Message(), ContainsSubstring("it is a directory"));
  }
}

TEST_CASE("a file without what it should hold is refused") {
  Files files;
  const std::string empty = files.scratch.Write("empty.pem", "");
  const MutualTlsFiles good = files.names;
  files.names.certificate = empty;
  CHECK_THAT(files.Message(), ContainsSubstring("holds no PEM certificate"));
  files.names = good;
  files.names.private_key = empty;
  CHECK_THAT(files.Message(), ContainsSubstring("is not a PEM private key"));
  files.names = good;
  files.names.client_ca = empty;
  CHECK_THAT(files.Message(), ContainsSubstring("holds no PEM certificate"));
  files.names = good;
  files.names.client_ca = files.scratch.Write(
      "damaged.crt", files.authority.certificate_pem() +
                         "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  CHECK_THAT(files.Message(), ContainsSubstring("certificate 2 is damaged"));
}

TEST_CASE("a key that is encrypted or another certificate's is refused") {
  Files files;
  files.names.private_key = files.scratch.Write("encrypted.key", EncryptedKey());
  CHECK_THAT(files.Message(), ContainsSubstring("is encrypted"));
  files.names.private_key =
      files.scratch.Write("other.key", files.authority.Issue("CN=other").private_key_pem);
  CHECK_THAT(files.Message(), ContainsSubstring("does not belong to the certificate"));
}

TEST_CASE("a server certificate out of its validity is refused") {
  Files files;
  CertificateRequest request;
  request.subject = {{"CN", "localhost"}};
  request.not_before = absl::Now() - absl::Hours(48);
  request.not_after = absl::Now() - absl::Hours(24);
  files.names.certificate =
      files.scratch.Write("expired.crt", files.authority.Issue(request).certificate_pem);
  CHECK_THAT(files.Message(), ContainsSubstring("has expired"));
  request.not_before = absl::Now() + absl::Hours(24);
  request.not_after = absl::Now() + absl::Hours(48);
  files.names.certificate =
      files.scratch.Write("early.crt", files.authority.Issue(request).certificate_pem);
  CHECK_THAT(files.Message(), ContainsSubstring("is not yet valid"));
}

}  // namespace certgate::testing
