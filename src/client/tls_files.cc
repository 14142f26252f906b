#include "src/client/tls_files.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

namespace certgate {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

X509Ptr FirstCertificate(const std::string& pem) {
  const BioPtr bio = BioOf(pem);
  X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

// Answers OpenSSL's question for a password with "none", instead of asking at the terminal.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

absl::StatusOr<std::string> ReadFile(const std::string& path, const char* role) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(absl::StrCat("cannot read the ", role, " `", path, "`: ",
                                            errno != 0 ? std::strerror(errno) : "I/O error"));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", role, " `", path, "` is over 1 MiB: name a PEM file"));
  }
  return text;
}

absl::StatusOr<std::string> ReadCertificateFile(const std::string& path, const char* role) {
  auto pem = ReadFile(path, role);
  if (pem.ok() && FirstCertificate(*pem) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", role, " `", path, "` holds no PEM certificate"));
  }
  return pem;
}

absl::Status CheckKey(const std::string& key_pem, const std::string& cert_pem,
                      const ClientOptions& options) {
  const BioPtr bio = BioOf(key_pem);
  const PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrCat("the private key `", options.key, "` ",
                     absl::StrContains(key_pem, "ENCRYPTED")
                         ? "is encrypted: decrypt it with `openssl pkey -in FILE -out NEW`"
                         : "is not a PEM private key"));
  }
  const bool belongs = X509_check_private_key(FirstCertificate(cert_pem).get(), key.get()) == 1;
  ERR_clear_error();
  if (belongs) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the private key `", options.key,
                                                 "` does not belong to the certificate `",
                                                 options.cert, "`"));
}

}  // namespace

absl::StatusOr<TlsFiles> ReadTlsFiles(const ClientOptions& options) {
  TlsFiles files;
  auto ca = ReadCertificateFile(options.ca, "authority's certificate");
  if (!ca.ok()) return ca.status();
  files.ca_pem = *std::move(ca);
  if (options.cert.empty()) return files;

  auto cert = ReadCertificateFile(options.cert, "client certificate");
  if (!cert.ok()) return cert.status();
  auto key = ReadFile(options.key, "private key");
  if (!key.ok()) return key.status();
  if (const absl::Status belongs = CheckKey(*key, *cert, options); !belongs.ok()) return belongs;
  files.cert_pem = *std::move(cert);
  files.key_pem = *std::move(key);
  files.certificate = ReadPeerIdentity(files.cert_pem).certificate;
  return files;
}

}  // namespace certgate
