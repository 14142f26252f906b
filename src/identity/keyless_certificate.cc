#include "src/identity/keyless_certificate.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/provider.h>

#include <new>

namespace certgate {
namespace {

// A library context in which no algorithm is known, so that none is looked for. Null, which means
// the usual context and more work, where it cannot be made. Lives as long as the process.
OSSL_LIB_CTX* ContextWithoutAlgorithms() {
  static OSSL_LIB_CTX* const context = [] {
    OSSL_LIB_CTX* made = OSSL_LIB_CTX_new();
    // Without any provider OpenSSL would load its usual one.
    if (made != nullptr && OSSL_PROVIDER_load(made, "null") == nullptr) {
      OSSL_LIB_CTX_free(made);
      made = nullptr;
    }
    return made;
  }();
  return context;
}

}  // namespace

X509Ptr ReadKeylessCertificate(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) throw std::bad_alloc();
  unsigned char* bytes = nullptr;
  long length = 0;
  if (PEM_bytes_read_bio(&bytes, &length, nullptr, PEM_STRING_X509, bio.get(), &RefusePassword,
                         nullptr) != 1) {
    return nullptr;
  }
  const OpensslBytesPtr owned(bytes);
  const unsigned char* at = bytes;
  return X509Ptr(reinterpret_cast<X509*>(ASN1_item_d2i_ex(
      nullptr, &at, length, ASN1_ITEM_rptr(X509), ContextWithoutAlgorithms(), nullptr)));
}

}  // namespace certgate
