#ifndef CERTGATE_SRC_IDENTITY_OPENSSL_PTR_H_
#define CERTGATE_SRC_IDENTITY_OPENSSL_PTR_H_

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace certgate {

/// Frees what OpenSSL allocated with the function `Free`.
template <auto Free>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    static_cast<void>(Free(pointer));
  }
};

/// For memory that OpenSSL wants back through OPENSSL_free, which is a macro.
struct OpensslMemoryDeleter {
  void operator()(void* pointer) const noexcept { OPENSSL_free(pointer); }
};

using BioPtr = std::unique_ptr<BIO, OpensslDeleter<&BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpensslDeleter<&BN_free>>;
using Asn1IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslDeleter<&ASN1_INTEGER_free>>;
using Asn1ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpensslDeleter<&ASN1_OBJECT_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslDeleter<&GENERAL_NAMES_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, OpensslDeleter<&EVP_PKEY_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<&EVP_MD_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, OpensslDeleter<&X509_free>>;
using X509CrlPtr = std::unique_ptr<X509_CRL, OpensslDeleter<&X509_CRL_free>>;
using X509StorePtr = std::unique_ptr<X509_STORE, OpensslDeleter<&X509_STORE_free>>;
using X509StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpensslDeleter<&X509_STORE_CTX_free>>;
using OpensslTextPtr = std::unique_ptr<char, OpensslMemoryDeleter>;
using OpensslBytesPtr = std::unique_ptr<unsigned char, OpensslMemoryDeleter>;

/// A password callback that has none, so that an encrypted PEM block fails and nothing ever
/// prompts on the terminal.
inline int RefusePassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

/// Leaves the thread's OpenSSL error queue as it was found: gRPC reads the same queue, and an
/// error that it did not make would mislead it.
class OpensslErrorScope {
 public:
  OpensslErrorScope() noexcept { ERR_set_mark(); }
  ~OpensslErrorScope() { ERR_pop_to_mark(); }
  OpensslErrorScope(const OpensslErrorScope&) = delete;
  OpensslErrorScope& operator=(const OpensslErrorScope&) = delete;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_OPENSSL_PTR_H_
