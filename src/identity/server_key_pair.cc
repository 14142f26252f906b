#include "src/identity/server_key_pair.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <openssl/pem.h>

#include <limits>
#include <new>
#include <vector>

#include "src/identity/certificate_summary.h"
#include "src/identity/openssl_ptr.h"
#include "src/identity/pem_certificates.h"

namespace certgate {
namespace {

absl::StatusOr<absl::Time> CheckValidity(const X509& certificate, const std::string& name,
                                         absl::Time now) {
  absl::Time not_before;
  absl::Time not_after;
  if (!ReadValidity(&certificate, not_before, not_after)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the validity of the server certificate `", name, "` cannot be read"));
  }
  if (now < not_before) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server certificate `", name, "` is not yet valid: check the clock"));
  }
  if (now > not_after) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server certificate `", name, "` has expired: renew it"));
  }
  return not_after;
}

PkeyPtr ReadKey(const std::string& text) {
  if (text.size() > std::numeric_limits<int>::max()) return nullptr;
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) throw std::bad_alloc();
  return PkeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, &RefusePassword, nullptr));
}

absl::Status CheckKey(const PemFile& file, X509& certificate, const PemFile& certificate_file) {
  const PkeyPtr key = ReadKey(file.content);
  if (key == nullptr) {
    const bool encrypted = absl::StrContains(file.content, "ENCRYPTED");
    return absl::InvalidArgumentError(
        absl::StrCat("the private key `", file.name, "` ",
                     encrypted ? "is encrypted: decrypt it with `openssl pkey -in FILE -out NEW`"
                               : "is not a PEM private key"));
  }
  if (X509_check_private_key(&certificate, key.get()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat("the private key `", file.name,
                                                   "` does not belong to the certificate `",
                                                   certificate_file.name, "`"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::Time> CheckServerKeyPair(const PemFile& certificate,
                                              const PemFile& private_key, absl::Time now) {
  const OpensslErrorScope errors;
  auto chain = ReadPemCertificates(certificate.content);
  if (!chain.ok()) {
    const std::string why(chain.status().message());
    return absl::InvalidArgumentError(
        absl::StrCat("the server certificate `", certificate.name,
                     absl::StartsWith(why, "holds") ? "` " : "`: ", why));
  }
  X509& leaf = *chain->front();
  absl::StatusOr<absl::Time> not_after = CheckValidity(leaf, certificate.name, now);
  if (!not_after.ok()) return not_after;
  if (absl::Status good = CheckKey(private_key, leaf, certificate); !good.ok()) return good;
  return not_after;
}

}  // namespace certgate
