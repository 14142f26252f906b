#include <absl/status/status.h>
#include <certgate/peer_identity.h>
#include <openssl/err.h>

#include <exception>
#include <new>
#include <utility>

#include "src/identity/alternative_names.h"
#include "src/identity/certificate_summary.h"
#include "src/identity/keyless_certificate.h"
#include "src/identity/openssl_ptr.h"
#include "src/identity/reading_limits.h"
#include "src/identity/subject.h"

namespace certgate {
namespace {

IdentityReading Refused(const char* rejection) {
  IdentityReading reading;
  reading.rejection = rejection;
  return reading;
}

// Lack of memory must not look like a bad certificate: bad ones are remembered.
void ThrowIfOutOfMemory() {
  if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE) throw std::bad_alloc();
}

absl::Status ReadIdentity(const X509* certificate, PeerIdentity& identity) {
  absl::Status status = ReadSubject(X509_get_subject_name(certificate), identity);
  if (!status.ok()) return status;
  return ReadAlternativeNames(certificate, identity);
}

IdentityReading ReadOrThrow(std::string_view pem) {
  if (pem.empty()) return Refused("the certificate is empty");
  if (pem.size() > kMaxPemBytes) return Refused("the certificate is longer than 64 KiB");
  const OpensslErrorScope error_scope;
  const X509Ptr certificate = ReadKeylessCertificate(pem);
  if (certificate == nullptr) {
    ThrowIfOutOfMemory();
    return Refused("the text is not a certificate in PEM form");
  }

  IdentityReading reading;
  const auto identity = std::make_shared<PeerIdentity>();
  absl::Status status = ReadSummary(certificate.get(), reading.certificate);
  if (status.ok()) status = ReadIdentity(certificate.get(), *identity);
  if (!status.ok()) {
    ThrowIfOutOfMemory();
    reading.rejection = std::string(status.message());
    return reading;
  }
  identity->certificate = reading.certificate;
  reading.identity = identity;
  return reading;
}

}  // namespace

IdentityReading ReadPeerIdentity(std::string_view pem) noexcept {
  try {
    return ReadOrThrow(pem);
  } catch (const std::bad_alloc&) {
    return Refused(kOutOfMemory);
  } catch (const std::exception&) {
    return Refused("internal error");
  }
}

}  // namespace certgate
