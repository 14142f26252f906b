#ifndef CERTGATE_TESTS_SUPPORT_MINTING_KEYS_H_
#define CERTGATE_TESTS_SUPPORT_MINTING_KEYS_H_

#include <string>

#include "src/identity/openssl_ptr.h"

// The keys and signatures of `certificate_minter.h`. All of it aborts the program when OpenSSL
// fails.
namespace certgate::testing::minting {

void Require(bool condition, const char* what);

/// A new P-256 key.
PkeyPtr GenerateKey();
/// The SubjectPublicKeyInfo of `key`, in DER.
std::string PublicKey(EVP_PKEY* key);
std::string PrivateKeyPem(EVP_PKEY* key);

/// `body` (a TBSCertificate or TBSCertList in DER) with the signature of `key`: what is written
/// around it in X.509. `algorithm` is to be in the body too.
std::string Signed(const std::string& body, EVP_PKEY* key);
/// ecdsa-with-SHA256 as an AlgorithmIdentifier.
std::string SignatureAlgorithm();

}  // namespace certgate::testing::minting

#endif  // CERTGATE_TESTS_SUPPORT_MINTING_KEYS_H_
