#include "src/audit/signing_key.h"

#include <absl/status/status.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

constexpr std::size_t kSignatureBytes = 64;
// In base64.
constexpr std::size_t kEncodedBytes = 88;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A key under a passphrase is not waited for at a terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::Status Unusable(const std::string& what, const std::string& path, const std::string& why) {
  return absl::InvalidArgumentError("cannot use " + what + " `" + path + "`: " + why);
}

absl::StatusOr<KeyHandle> Read(const std::string& what, const std::string& path,
                               EVP_PKEY* (*read)(BIO*, EVP_PKEY**, pem_password_cb*, void*),
                               const std::string& next_step) {
  ERR_clear_error();
  const std::unique_ptr<BIO, FreeBio> file(BIO_new_file(path.c_str(), "r"));
  if (file == nullptr) {
    const int error = errno;
    ERR_clear_error();
    return Unusable(what, path, std::system_category().message(error) + "; " + next_step);
  }
  KeyHandle key(read(file.get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return Unusable(what, path, "it holds no such key in PEM without a passphrase; " + next_step);
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) {
    return Unusable(what, path, "its kind is not Ed25519; " + next_step);
  }
  return key;
}

using SignatureBytes = std::array<unsigned char, kSignatureBytes>;

std::string Base64(const SignatureBytes& signature) {
  // OpenSSL adds a NUL.
  std::array<unsigned char, kEncodedBytes + 1> encoded;
  EVP_EncodeBlock(encoded.data(), signature.data(), static_cast<int>(signature.size()));
  return std::string(reinterpret_cast<const char*>(encoded.data()), kEncodedBytes);
}

// Takes the one text only that `Base64` makes: OpenSSL's reading steps over blanks, and over bits
// that stand for nothing.
std::optional<SignatureBytes> FromBase64(std::string_view text) {
  if (text.size() != kEncodedBytes) return std::nullopt;
  // EVP_DecodeBlock counts the two bytes that `==` stands for.
  std::array<unsigned char, kSignatureBytes + 2> decoded;
  if (EVP_DecodeBlock(decoded.data(), Bytes(text), static_cast<int>(text.size())) !=
      static_cast<int>(decoded.size())) {
    ERR_clear_error();
    return std::nullopt;
  }
  SignatureBytes signature;
  std::copy_n(decoded.begin(), signature.size(), signature.begin());
  if (Base64(signature) != text) return std::nullopt;
  return signature;
}

std::string KeyId(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) throw std::runtime_error("a public key could not be encoded");
  struct Free {
    void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
  };
  const std::unique_ptr<unsigned char, Free> owned(der);
  const std::string_view bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  return std::string(ChainHash::Of(bytes).text());
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

absl::StatusOr<std::shared_ptr<const SigningKey>> SigningKey::Load(const std::string& path) {
  auto key = Read("audit signing key", path, &PEM_read_bio_PrivateKey,
                  "make one with `openssl genpkey -algorithm ed25519 -out FILE`");
  if (!key.ok()) return key.status();
  std::string key_id = KeyId(key->get());
  return std::shared_ptr<const SigningKey>(new SigningKey(*std::move(key), std::move(key_id)));
}

std::string SigningKey::Sign(const ChainHash& hash) const {
  const std::string text = SignedText(hash.text());
  SignatureBytes signature;
  std::size_t size = signature.size();
  const Context context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, Bytes(text), text.size()) != 1 ||
      size != signature.size()) {
    ERR_clear_error();
    throw std::runtime_error("an audit record could not be signed");
  }
  return Base64(signature);
}

absl::StatusOr<VerifyingKey> VerifyingKey::Load(const std::string& path) {
  auto key = Read("public key", path, &PEM_read_bio_PUBKEY,
                  "make it with `openssl pkey -in KEY -pubout -out FILE`");
  if (!key.ok()) return key.status();
  std::string key_id = KeyId(key->get());
  return VerifyingKey(*std::move(key), std::move(key_id));
}

bool VerifyingKey::Verifies(const ChainHash& hash, std::string_view signature) const {
  const std::optional<SignatureBytes> decoded = FromBase64(signature);
  if (!decoded) return false;
  const std::string text = SignedText(hash.text());
  const Context context(EVP_MD_CTX_new());
  const bool verifies =
      context != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), decoded->data(), decoded->size(), Bytes(text), text.size()) ==
          1;
  ERR_clear_error();
  return verifies;
}

}  // namespace certgate
