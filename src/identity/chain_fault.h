#ifndef CERTGATE_SRC_IDENTITY_CHAIN_FAULT_H_
#define CERTGATE_SRC_IDENTITY_CHAIN_FAULT_H_

#include <string>

namespace certgate {

/// One fault that OpenSSL found on the way from a certificate (depth 0) to its anchor.
struct ChainFault {
  /// One of OpenSSL's X509_V_ERR_ numbers; 0 (X509_V_OK) for none.
  int error = 0;
  int depth = 0;
};

/// What a fault says of the chain. Every fault that is not known here is one of the chain.
enum class FaultKind {
  kChain = 0,    // no chain
  kValidity,     // a certificate is not yet or no longer valid
  kRevoked,      // a CRL lists the certificate
  kCrlMissing,   // no CRL covers the certificate
  kCrlExpired,   // one does, past its nextUpdate
  kCrlUnusable,  // one is there that proves nothing
};

FaultKind KindOf(const ChainFault& fault) noexcept;

/// The fault in words, with the level that it was found on: "the CA certificate at depth 1 has
/// expired". Never holds text from a certificate. Throws std::bad_alloc.
std::string Describe(const ChainFault& fault);

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_CHAIN_FAULT_H_
