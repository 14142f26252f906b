#include "tests/unit/audit/key_files.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

namespace certgate::testing {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

template <typename Write>
void WriteTo(const std::string& path, const Write& write) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "w"));
  if (file == nullptr || write(file.get()) != 1) throw std::runtime_error("cannot write " + path);
}

}  // namespace

KeyFiles::KeyFiles(const std::string& algorithm) {
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  const std::unique_ptr<EVP_PKEY, Free> key(EVP_PKEY_Q_keygen(nullptr, nullptr, algorithm.c_str()));
  if (key == nullptr) throw std::runtime_error("no key of " + algorithm);
  WriteTo(private_key(), [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  WriteTo(public_key(), [&](std::FILE* file) { return PEM_write_PUBKEY(file, key.get()); });
  std::vector<unsigned char> passphrase = {'s', 'e', 'c', 'r', 'e', 't'};
  WriteTo(locked_key(), [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  });
}

}  // namespace certgate::testing
