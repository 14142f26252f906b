#ifndef CERTGATE_SRC_INTERCEPTOR_OPENSSL_DEFAULTS_H_
#define CERTGATE_SRC_INTERCEPTOR_OPENSSL_DEFAULTS_H_

#include <absl/status/status.h>

#include <string>
#include <vector>

namespace certgate {

/// A command of SSL_CONF_cmd(3): `Options` and `-SessionTicket`.
struct TlsCommand {
  std::string name;
  std::string value;
};

/// Has OpenSSL run `commands` on every TLS context that the process makes from now on, after those
/// of the administrator's configuration. Whether they take effect is for the caller to check:
/// OpenSSL does not say.
absl::Status AddTlsDefaults(const std::vector<TlsCommand>& commands);

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_OPENSSL_DEFAULTS_H_
