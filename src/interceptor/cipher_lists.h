#ifndef CERTGATE_SRC_INTERCEPTOR_CIPHER_LISTS_H_
#define CERTGATE_SRC_INTERCEPTOR_CIPHER_LISTS_H_

#include <absl/status/status.h>

#include <string>

namespace certgate {

/// Whether OpenSSL knows every cipher in `list` (TLS 1.2, the form of `openssl ciphers`), and each
/// of those that it stands for encrypts and authenticates. InvalidArgument names what does not.
/// `@SECLEVEL` is refused: it would weaken more than ciphers.
absl::Status CheckCiphers(const std::string& list);

/// Whether each name in `list` is a cipher suite of TLS 1.3 that OpenSSL has.
absl::Status CheckCiphersuites(const std::string& list);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CIPHER_LISTS_H_
