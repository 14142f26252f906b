#ifndef CERTGATE_PROCESS_TLS_H_
#define CERTGATE_PROCESS_TLS_H_

#include <absl/status/status.h>

#include <string>

namespace certgate {

enum class TlsVersion { kTls12, kTls13 };

/// What gRPC's API does not let a server choose. The defaults change nothing.
struct ProcessTlsOptions {
  /// The oldest version that is spoken.
  TlsVersion min_version = TlsVersion::kTls12;
  /// Ciphers of TLS 1.2 in the form of `openssl ciphers`, such as
  /// `ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384`; empty for gRPC's own list, or the
  /// one in the environment variable GRPC_SSL_CIPHER_SUITES.
  std::string ciphers;
  /// Cipher suites of TLS 1.3 (RFC 8446, appendix B.4) with `:` between, such as
  /// `TLS_AES_256_GCM_SHA384`; empty for OpenSSL's own list.
  std::string ciphersuites;
  /// False: servers make no session tickets and keep no sessions, in any version of TLS, so that
  /// each connection shows its certificate.
  bool resumption = true;
};

/// Applies `options` to every TLS connection of the process that OpenSSL makes from now on, those
/// of gRPC clients and of other libraries included: gRPC 1.51 keeps OpenSSL's contexts to itself,
/// and what OpenSSL is told for all of them is the only way in. What the administrator's OpenSSL
/// configuration (OPENSSL_CONF, section `system_default`) says stays, but for what contradicts.
///
/// Call it once, before the first credentials, channel or server of the process, and before
/// threads are started: it sets environment variables. Not thread-safe.
///
/// Fails closed: unless the result is OK, start no server. InvalidArgument names the cipher that
/// OpenSSL does not know or that does not encrypt or authenticate; FailedPrecondition says that it
/// is too late, or that the administrator's configuration cannot be read; Internal that OpenSSL
/// did not take over what it was told, which is checked.
absl::Status SetProcessTls(const ProcessTlsOptions& options);

}  // namespace certgate

#endif  // CERTGATE_PROCESS_TLS_H_
