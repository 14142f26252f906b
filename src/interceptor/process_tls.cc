#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <certgate/process_tls.h>
#include <grpc/grpc.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "src/interceptor/cipher_lists.h"
#include "src/interceptor/openssl_defaults.h"

namespace certgate {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

// gRPC calls SSL_CTX_set_min_proto_version on each context, which undoes a configured MinProtocol.
// A protocol that is switched off stays so.
constexpr char kOnlyTls13[] = "-SSLv3,-TLSv1,-TLSv1.1,-TLSv1.2";

std::vector<TlsCommand> CommandsFor(const ProcessTlsOptions& options) {
  std::vector<TlsCommand> commands;
  if (options.min_version == TlsVersion::kTls13) commands.push_back({"Protocol", kOnlyTls13});
  if (!options.ciphersuites.empty()) commands.push_back({"Ciphersuites", options.ciphersuites});
  if (!options.resumption) {
    commands.push_back({"Options", "-SessionTicket"});  // TLS 1.2
    commands.push_back({"NumTickets", "0"});            // TLS 1.3
  }
  return commands;
}

// OpenSSL calls this for each new context (CRYPTO_get_ex_new_index(3)).
void ForgetSessions(void* context, void* /*data*/, CRYPTO_EX_DATA* /*all*/, int /*index*/,
                    long /*number*/, void* /*argument*/) {
  SSL_CTX_set_session_cache_mode(static_cast<SSL_CTX*>(context), SSL_SESS_CACHE_OFF);
}

// Without tickets TLS 1.2 falls back on sessions that the server keeps (RFC 5246, appendix F.1.4),
// and no configuration of OpenSSL switches that off.
bool KeepNoSessions() {
  return CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr, &ForgetSessions, nullptr,
                                 nullptr) != -1;
}

bool HasOption(const SSL_CTX* context, std::uint64_t option) {
  return (SSL_CTX_get_options(context) & option) != 0;
}

std::string NamesOfTls13(const SSL_CTX* context) {
  std::string names;
  const STACK_OF(SSL_CIPHER)* const ciphers = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(ciphers, i);
    if (std::string_view(SSL_CIPHER_get_version(cipher)) != "TLSv1.3") continue;
    absl::StrAppend(&names, names.empty() ? "" : ":", SSL_CIPHER_get_name(cipher));
  }
  return names;
}

// OpenSSL passes over commands that fail: only a context tells what came of them.
bool IsApplied(const ProcessTlsOptions& options) {
  const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
  if (context == nullptr) return false;
  // As gRPC does.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (options.min_version == TlsVersion::kTls13 && !HasOption(context.get(), SSL_OP_NO_TLSv1_2)) {
    return false;
  }
  if (!options.ciphersuites.empty() && NamesOfTls13(context.get()) != options.ciphersuites) {
    return false;
  }
  if (options.resumption) return true;
  return HasOption(context.get(), SSL_OP_NO_TICKET) &&
         SSL_CTX_get_num_tickets(context.get()) == 0 &&
         SSL_CTX_get_session_cache_mode(context.get()) == SSL_SESS_CACHE_OFF;
}

absl::Status CheckLists(const ProcessTlsOptions& options) {
  if (!options.ciphers.empty()) {
    if (absl::Status status = CheckCiphers(options.ciphers); !status.ok()) return status;
  }
  return options.ciphersuites.empty() ? absl::OkStatus() : CheckCiphersuites(options.ciphersuites);
}

}  // namespace

absl::Status SetProcessTls(const ProcessTlsOptions& options) {
  const std::vector<TlsCommand> commands = CommandsFor(options);
  if (commands.empty() && options.ciphers.empty()) return absl::OkStatus();
  if (grpc_is_initialized() != 0) {
    return absl::FailedPreconditionError(
        "TLS options hold for connections that are made after them: call certgate::SetProcessTls "
        "before gRPC is first used");
  }
  if (absl::Status status = CheckLists(options); !status.ok()) return status;
  // gRPC reads it once, with the first credentials.
  if (!options.ciphers.empty() &&
      setenv("GRPC_SSL_CIPHER_SUITES", options.ciphers.c_str(), /*overwrite=*/1) != 0) {
    return absl::InternalError("the environment variable GRPC_SSL_CIPHER_SUITES cannot be set");
  }
  if (commands.empty()) return absl::OkStatus();
  if (absl::Status status = AddTlsDefaults(commands); !status.ok()) return status;
  if ((options.resumption || KeepNoSessions()) && IsApplied(options)) return absl::OkStatus();
  return absl::InternalError("OpenSSL did not take over the TLS options of the process");
}

}  // namespace certgate
