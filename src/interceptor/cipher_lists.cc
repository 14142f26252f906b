#include "src/interceptor/cipher_lists.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace certgate {
namespace {

constexpr int kLeastBits = 112;  // NIST SP 800-131A, section 2

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

// What a context can be told leaves errors in the thread's queue, where gRPC would find them.
class ScratchContext {
 public:
  ScratchContext() : context_(SSL_CTX_new(TLS_server_method())) {}
  ~ScratchContext() { ERR_clear_error(); }
  ScratchContext(const ScratchContext&) = delete;
  ScratchContext& operator=(const ScratchContext&) = delete;

  bool TakesCiphers(const std::string& list) {
    return context_ != nullptr && SSL_CTX_set_cipher_list(context_.get(), list.c_str()) == 1;
  }
  bool TakesCiphersuites(const std::string& list) {
    return context_ != nullptr && SSL_CTX_set_ciphersuites(context_.get(), list.c_str()) == 1;
  }
  // The ciphers of TLS 1.3, or of what came before.
  std::vector<const SSL_CIPHER*> Ciphers(bool of_tls13) const {
    std::vector<const SSL_CIPHER*> some;
    const STACK_OF(SSL_CIPHER)* const all = SSL_CTX_get_ciphers(context_.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
      const SSL_CIPHER* const cipher = sk_SSL_CIPHER_value(all, i);
      const bool is_tls13 = SSL_CIPHER_get_auth_nid(cipher) == NID_auth_any &&
                            SSL_CIPHER_get_kx_nid(cipher) == NID_kx_any;
      if (is_tls13 == of_tls13) some.push_back(cipher);
    }
    return some;
  }

 private:
  Context context_;
};

constexpr char kCiphers[] = "ciphers of TLS 1.2";
constexpr char kCiphersuites[] = "cipher suites of TLS 1.3";

absl::Status Refuse(const char* list, const std::string& name, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", name, "` in the ", list, " ", std::string(why)));
}

absl::Status CheckCipherName(const std::string& name) {
  if (name == "@STRENGTH") return absl::OkStatus();
  // What is taken out of the list need not exist; what is left is looked at in the end.
  if (absl::StartsWith(name, "!") || absl::StartsWith(name, "-")) return absl::OkStatus();
  const std::string bare = name.substr(absl::StartsWith(name, "+") ? 1 : 0);
  if (!absl::StartsWith(bare, "@") && ScratchContext().TakesCiphers(bare)) return absl::OkStatus();
  const bool is_tls13 = CheckCiphersuites(bare).ok();
  return Refuse(kCiphers, name,
                is_tls13 ? "is a cipher suite of TLS 1.3, which has a list of its own"
                         : "is not a cipher that OpenSSL has: `openssl ciphers` lists them");
}

// Empty if `cipher` protects a connection.
std::string_view Weakness(const SSL_CIPHER* cipher) {
  if (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null) return "does not authenticate the server";
  if (SSL_CIPHER_get_cipher_nid(cipher) == NID_undef) return "does not encrypt";
  if (SSL_CIPHER_get_bits(cipher, nullptr) < kLeastBits) return "has too short a key";
  return "";
}

}  // namespace

absl::Status CheckCiphers(const std::string& list) {
  const std::vector<std::string> names =
      absl::StrSplit(list, absl::ByAnyChar(":, "), absl::SkipEmpty());
  for (const std::string& name : names) {
    if (absl::Status status = CheckCipherName(name); !status.ok()) return status;
  }
  ScratchContext context;
  if (!context.TakesCiphers(list) || context.Ciphers(false).empty()) {
    return absl::InvalidArgumentError("no cipher is left in the ciphers of TLS 1.2");
  }
  for (const SSL_CIPHER* cipher : context.Ciphers(false)) {
    const std::string_view weakness = Weakness(cipher);
    if (!weakness.empty()) {
      return Refuse(kCiphers, SSL_CIPHER_get_name(cipher), weakness);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCiphersuites(const std::string& list) {
  const std::vector<std::string> names = absl::StrSplit(list, ':');
  for (const std::string& name : names) {
    ScratchContext context;
    // OpenSSL passes over names that it does not know.
    const bool taken = context.TakesCiphersuites(name);
    const auto ciphers = taken ? context.Ciphers(true) : std::vector<const SSL_CIPHER*>();
    const bool known = std::any_of(ciphers.begin(), ciphers.end(), [&](const SSL_CIPHER* cipher) {
      return SSL_CIPHER_get_name(cipher) == name;
    });
    if (!known) {
      return Refuse(kCiphersuites, name,
                    "is not one that OpenSSL has: `openssl ciphers -tls1_3 -s` lists them");
    }
  }
  return absl::OkStatus();
}

}  // namespace certgate
