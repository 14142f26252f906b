#include "tests/support/minting_keys.h"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tests/support/der_writer.h"

namespace certgate::testing::minting {
namespace {

std::string Signature(EVP_PKEY* key, const std::string& message) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  Require(context != nullptr, "EVP_MD_CTX_new");
  Require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1,
          "EVP_DigestSignInit");
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  std::size_t length = 0;
  Require(EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) == 1,
          "EVP_DigestSign");
  std::vector<unsigned char> signature(length);
  Require(EVP_DigestSign(context.get(), signature.data(), &length, bytes, message.size()) == 1,
          "EVP_DigestSign");
  return std::string(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(length));
}

}  // namespace

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "certificate_minter: %s failed\n", what);
  std::abort();
}

PkeyPtr GenerateKey() {
  PkeyPtr key(EVP_EC_gen("P-256"));
  Require(key != nullptr, "EVP_EC_gen");
  return key;
}

std::string PublicKey(EVP_PKEY* key) {
  unsigned char* bytes = nullptr;
  const int length = i2d_PUBKEY(key, &bytes);
  Require(length > 0, "i2d_PUBKEY");
  const std::unique_ptr<unsigned char, OpensslMemoryDeleter> owner(bytes);
  return std::string(bytes, bytes + length);
}

std::string PrivateKeyPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Require(bio != nullptr &&
              PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "PEM_write_bio_PrivateKey");
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(length));
}

std::string SignatureAlgorithm() {
  return der::Sequence(der::ObjectIdentifier("ecdsa-with-SHA256"));
}

std::string Signed(const std::string& body, EVP_PKEY* key) {
  using namespace std::string_literals;
  return der::Sequence(body + SignatureAlgorithm() +
                       der::Value(der::kBitString, "\0"s + Signature(key, body)));
}

}  // namespace certgate::testing::minting
