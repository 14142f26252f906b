#include "src/audit/signing_key.h"

#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/key_files.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::KeyFiles;

struct Pair {
  std::shared_ptr<const SigningKey> signing;
  VerifyingKey verifying;
};

Pair Load(const KeyFiles& files) {
  auto signing = SigningKey::Load(files.private_key());
  auto verifying = VerifyingKey::Load(files.public_key());
  REQUIRE(signing.ok());
  REQUIRE(verifying.ok());
  return {*std::move(signing), *std::move(verifying)};
}

TEST_CASE("a signature verifies with the public key alone") {
  const Pair key = Load(KeyFiles());
  const Pair other = Load(KeyFiles());
  const ChainHash hash = ChainHash::Of("record");
  const std::string signature = key.signing->Sign(hash);
  CHECK(signature.size() == 88);
  CHECK(key.verifying.Verifies(hash, signature));
  CHECK_FALSE(key.verifying.Verifies(ChainHash::Of("another"), signature));
  CHECK_FALSE(other.verifying.Verifies(hash, signature));
  CHECK(key.signing->key_id() == key.verifying.key_id());
  CHECK(key.signing->key_id() != other.signing->key_id());
  CHECK(ChainHash::Parse(key.signing->key_id()).has_value());
}

TEST_CASE("a signature with any bit changed does not verify") {
  const Pair key = Load(KeyFiles());
  const ChainHash hash = ChainHash::Of("record");
  const std::string signature = key.signing->Sign(hash);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = signature;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      INFO(changed);
      REQUIRE_FALSE(key.verifying.Verifies(hash, changed));
    }
  }
}

TEST_CASE("a signature has one form in base64 only") {
  const Pair key = Load(KeyFiles());
  const ChainHash hash = ChainHash::Of("record");
  const std::string signature = key.signing->Sign(hash);
  REQUIRE(signature.substr(86) == "==");
  // The last digit has four bits that stand for nothing: A, Q, g or w have them zero.
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t last = digits.find(signature[85]);
  REQUIRE(last % 16 == 0);
  for (std::size_t i = 1; i < 16; ++i) {
    std::string other = signature;
    other[85] = digits[last + i];
    CHECK_FALSE(key.verifying.Verifies(hash, other));
  }
  for (const std::string& other :
       {signature.substr(0, 86), signature + "\n", " " + signature.substr(0, 87),
        signature.substr(0, 87) + "\n", signature.substr(0, 84) + "====", std::string(88, 'A'),
        std::string(88, '='), std::string()}) {
    CHECK_FALSE(key.verifying.Verifies(hash, other));
  }
}

TEST_CASE("threads sign with one key") {
  const Pair key = Load(KeyFiles());
  std::vector<std::string> signatures(4);
  const ChainHash hash = ChainHash::Of("record");
  std::vector<std::thread> threads;
  for (std::string& signature : signatures) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) signature = key.signing->Sign(hash);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& signature : signatures) CHECK(key.verifying.Verifies(hash, signature));
}

std::string Refusal(const std::string& path) {
  const auto key = SigningKey::Load(path);
  REQUIRE(key.status().code() == absl::StatusCode::kInvalidArgument);
  return std::string(key.status().message());
}

TEST_CASE("what cannot sign is refused with its name and the next step") {
  const KeyFiles files;
  const testing::ScratchDirectory scratch;
  const std::string missing = scratch.PathOf("missing.key");
  CHECK_THAT(Refusal(missing), ContainsSubstring("cannot use audit signing key `" + missing +
                                                 "`: No such file or directory; make one with "
                                                 "`openssl genpkey -algorithm ed25519"));
  const std::string no_pem = "it holds no such key in PEM without a passphrase";
  CHECK_THAT(Refusal(scratch.path()), ContainsSubstring(no_pem));
  CHECK_THAT(Refusal(scratch.Write("empty", "")), ContainsSubstring(no_pem));
  CHECK_THAT(Refusal(scratch.Write("text", "not a key\n")), ContainsSubstring(no_pem));
  CHECK_THAT(Refusal(files.public_key()), ContainsSubstring(no_pem));
  CHECK_THAT(Refusal(files.locked_key()), ContainsSubstring(no_pem));
  const KeyFiles other("X25519");
  CHECK_THAT(Refusal(other.private_key()), ContainsSubstring("its kind is not Ed25519"));
}

TEST_CASE("what cannot verify is refused with its name and the next step") {
  const KeyFiles files;
  const auto key = VerifyingKey::Load(files.private_key());
  CHECK(key.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK_THAT(std::string(key.status().message()),
             ContainsSubstring("cannot use public key `" + files.private_key() +
                               "`: it holds no such key"));
  CHECK_THAT(std::string(key.status().message()),
             ContainsSubstring("openssl pkey -in KEY -pubout"));
  CHECK_FALSE(VerifyingKey::Load(KeyFiles("ED448").public_key()).ok());
}

}  // namespace
}  // namespace certgate
