#include "src/identity/chain_fault.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/substitute.h>
#include <openssl/x509_vfy.h>

namespace certgate {
namespace {

// `$0` stands for the certificate that the fault is about.
const char* SentenceFor(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "no issuer of $0 is known";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "$0 is self-signed and not among the trusted ones";
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return "$0 is not trusted";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
      return "the signature of $0 is not its issuer's";
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
      return "the key of the issuer of $0 cannot be read";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "$0 is not yet valid";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "$0 has expired";
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
      return "the validity of $0 cannot be read";
    case X509_V_ERR_INVALID_CA:
      return "$0 is not that of a CA";
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return "$0 may sign no certificates";
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return "more CAs stand below $0 than its path length allows";
    case X509_V_ERR_INVALID_PURPOSE:
      return "the extended key usage of $0 is not for TLS clients";
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      return "$0 has an unknown critical extension";
    case X509_V_ERR_INVALID_EXTENSION:
      return "$0 has an extension that cannot be read";
    case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED:
      return "$0 is a proxy certificate";
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
      return "the names of $0 break the name constraints of a CA above it";
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return "the name constraints above $0 cannot be applied to it";
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return "the chain is too long";
    case X509_V_ERR_CERT_REVOKED:
      return "$0 is revoked";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
      return "no usable CRL covers $0";
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "the CRL for $0 has expired";
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return "the CRL for $0 is not yet valid";
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
      return "the CRL for $0 is not signed by the issuer";
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
      return "the times of the CRL for $0 cannot be read";
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
      return "the issuer of $0 may sign no CRLs";
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return "the CRL for $0 has an unknown critical extension";
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
      return "the CRL of the issuer of $0 is for other certificates";
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return "the issuer of the CRL for $0 is not proven";
    default:
      return nullptr;
  }
}

}  // namespace

FaultKind KindOf(const ChainFault& fault) noexcept {
  switch (fault.error) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return FaultKind::kValidity;
    case X509_V_ERR_CERT_REVOKED:
      return FaultKind::kRevoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
      return FaultKind::kCrlMissing;
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return FaultKind::kCrlExpired;
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return FaultKind::kCrlUnusable;
    default:
      return FaultKind::kChain;
  }
}

std::string Describe(const ChainFault& fault) {
  const std::string subject = fault.depth == 0
                                  ? "the certificate"
                                  : absl::StrCat("the CA certificate at depth ", fault.depth);
  if (const char* sentence = SentenceFor(fault.error)) return absl::Substitute(sentence, subject);
  return absl::StrCat(subject, " fails verification with OpenSSL's error ", fault.error);
}

}  // namespace certgate
