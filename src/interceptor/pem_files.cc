#include "src/interceptor/pem_files.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "src/identity/openssl_ptr.h"
#include "src/identity/pem_certificates.h"
#include "src/identity/root_count.h"

namespace certgate {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 16 * 1024 * 1024;
constexpr int kWarnBeforeExpiryDays = 30;

absl::StatusOr<std::string> ReadPem(const std::string& path, const char* role) {
  const auto error = [&](absl::StatusCode code, const char* why) {
    return absl::Status(code, absl::StrCat("cannot read the ", role, " `", path, "`: ", why));
  };
  if (path.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("no ", role, " is given: name its file"));
  }
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) {
    return error(absl::ErrnoToStatusCode(errno), std::strerror(errno));
  }
  if (!S_ISREG(facts.st_mode)) return error(absl::StatusCode::kInvalidArgument, "not a file");
  if (static_cast<std::uintmax_t>(facts.st_size) > kMaxFileBytes) {
    return error(absl::StatusCode::kInvalidArgument, "over 16 MiB; name a PEM file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return error(absl::ErrnoToStatusCode(errno), std::strerror(errno));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return error(absl::StatusCode::kUnavailable, "an I/O error");
  return text;
}

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// All certificates of `text`; the error names the file.
absl::StatusOr<std::vector<X509Ptr>> ReadCertificates(const std::string& text,
                                                      const std::string& path, const char* role) {
  auto certificates = ReadPemCertificates(text);
  if (certificates.ok()) return certificates;
  const std::string why(certificates.status().message());
  return absl::InvalidArgumentError(
      absl::StrCat("the ", role, " `", path, absl::StartsWith(why, "holds") ? "` " : "`: ", why));
}

absl::Status CheckValidity(const X509& certificate, const std::string& path) {
  if (X509_cmp_current_time(X509_get0_notBefore(&certificate)) > 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server certificate `", path, "` is not yet valid: check the clock"));
  }
  if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server certificate `", path, "` has expired: renew it"));
  }
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(&certificate)) == 1 &&
      days < kWarnBeforeExpiryDays) {
    spdlog::warn("the server certificate `{}` expires in {} day{}", path, days,
                 days == 1 ? "" : "s");
  }
  return absl::OkStatus();
}

absl::Status CheckKey(const std::string& text, const std::string& path, X509& certificate,
                      const std::string& certificate_path) {
  const BioPtr bio = BioOf(text);
  const PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &RefusePassword, nullptr));
  if (key == nullptr) {
    const bool encrypted = absl::StrContains(text, "ENCRYPTED");
    return absl::InvalidArgumentError(
        absl::StrCat("the private key `", path, "` ",
                     encrypted ? "is encrypted: decrypt it with `openssl pkey -in FILE -out NEW`"
                               : "is not a PEM private key"));
  }
  if (X509_check_private_key(&certificate, key.get()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat("the private key `", path,
                                                   "` does not belong to the certificate `",
                                                   certificate_path, "`"));
  }
  struct stat facts {};
  if (stat(path.c_str(), &facts) == 0 && (facts.st_mode & S_IRWXO) != 0) {
    spdlog::warn("the private key `{}` can be read by every user of this machine: chmod 0600 it",
                 path);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PemTexts> ReadPemFiles(const MutualTlsFiles& files) {
  const OpensslErrorScope errors;
  auto certificate_text = ReadPem(files.certificate, "server certificate");
  if (!certificate_text.ok()) return certificate_text.status();
  auto key_text = ReadPem(files.private_key, "private key");
  if (!key_text.ok()) return key_text.status();
  auto ca_text = ReadPem(files.client_ca, "client CA file");
  if (!ca_text.ok()) return ca_text.status();

  auto chain = ReadCertificates(*certificate_text, files.certificate, "server certificate");
  if (!chain.ok()) return chain.status();
  X509& leaf = *chain->front();
  if (auto good = CheckValidity(leaf, files.certificate); !good.ok()) return good;
  if (auto good = CheckKey(*key_text, files.private_key, leaf, files.certificate); !good.ok()) {
    return good;
  }
  auto authorities = ReadCertificates(*ca_text, files.client_ca, "client CA file");
  if (!authorities.ok()) return authorities.status();
  return PemTexts{std::move(*certificate_text), std::move(*key_text), std::move(*ca_text),
                  CountRoots(*authorities)};
}

}  // namespace certgate
