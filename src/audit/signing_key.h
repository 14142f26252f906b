#ifndef CERTGATE_SRC_AUDIT_SIGNING_KEY_H_
#define CERTGATE_SRC_AUDIT_SIGNING_KEY_H_

#include <absl/status/statusor.h>

#include <memory>
#include <string>
#include <string_view>

#include "src/audit/chain.h"

struct evp_pkey_st;

namespace certgate {

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, FreeKey>;

/// An Ed25519 private key (RFC 8032) that signs audit records. Thread-safe.
class SigningKey final : public ChainSigner {
 public:
  /// Reads the file `path`, PEM without a passphrase, as `openssl genpkey -algorithm ed25519` makes
  /// it. Errors name the file, what is wrong and the next step.
  static absl::StatusOr<std::shared_ptr<const SigningKey>> Load(const std::string& path);

  std::string Sign(const ChainHash& hash) const override;

  /// SHA-256 of the public key (SubjectPublicKeyInfo, DER), 64 lower-case hexadecimal digits.
  const std::string& key_id() const { return key_id_; }

 private:
  SigningKey(KeyHandle key, std::string key_id)
      : key_(std::move(key)), key_id_(std::move(key_id)) {}

  const KeyHandle key_;
  const std::string key_id_;
};

/// The public half. Thread-safe.
class VerifyingKey {
 public:
  /// Reads the file `path`, PEM, as `openssl pkey -pubout` makes it.
  static absl::StatusOr<VerifyingKey> Load(const std::string& path);

  /// Whether `signature`, base64, is that of a text with the SHA-256 `hash`; see `ChainLink`.
  bool Verifies(const ChainHash& hash, std::string_view signature) const;

  /// As `SigningKey::key_id`.
  const std::string& key_id() const { return key_id_; }

 private:
  VerifyingKey(KeyHandle key, std::string key_id)
      : key_(std::move(key)), key_id_(std::move(key_id)) {}

  KeyHandle key_;
  std::string key_id_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SIGNING_KEY_H_
