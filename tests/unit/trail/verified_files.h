#ifndef CERTGATE_TESTS_UNIT_TRAIL_VERIFIED_FILES_H_
#define CERTGATE_TESTS_UNIT_TRAIL_VERIFIED_FILES_H_

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "src/audit/signing_key.h"
#include "src/trail/verify.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {

/// An Ed25519 key pair of one test.
struct TrailKeys {
  std::shared_ptr<const SigningKey> signer;
  VerifyingKey verifier;
};

inline TrailKeys MakeTrailKeys() {
  const ScratchDirectory folder;
  EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  const auto write = [&](const char* name, auto put) {
    BIO* const bio = BIO_new_file(folder.PathOf(name).c_str(), "w");
    put(bio);
    BIO_free(bio);
    return folder.PathOf(name);
  };
  const std::string secret = write("key.pem", [&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  const std::string open = write("pub.pem", [&](BIO* bio) { PEM_write_bio_PUBKEY(bio, key); });
  EVP_PKEY_free(key);
  return {SigningKey::Load(secret).value(), VerifyingKey::Load(open).value()};
}

/// Verifies the files `0.jsonl`, `1.jsonl`, ... with these contents.
inline VerifyResult Verify(const std::vector<std::string>& contents,
                           const VerifyOptions& options = {}) {
  const ScratchDirectory folder;
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    paths.push_back(folder.Write(std::to_string(i) + ".jsonl", contents[i]));
  }
  VerifyResult result;
  const auto files = FindTrailFiles(paths, FileOrder::kBySequence);
  if (!VerifyTrails(files.value(), options, result).ok()) std::abort();
  const auto shorten = [&](std::string& text) {
    for (std::size_t at = text.find(folder.path()); at != text.npos;
         at = text.find(folder.path())) {
      text.erase(at, folder.path().size() + 1);
    }
  };
  if (result.fault.has_value()) {
    shorten(result.fault->file);
    shorten(result.fault->message);
    shorten(result.fault->hint);
  }
  for (std::string& note : result.notes) shorten(note);
  return result;
}

/// `FILE:LINE: KIND` of the first fault; `intact` if there is none.
inline std::string Outcome(const VerifyResult& result) {
  if (!result.fault.has_value()) return "intact";
  return result.fault->file + ":" + std::to_string(result.fault->line) + ": " +
         std::string(ToString(result.fault->kind));
}

/// The lines of a text, each with its line break.
inline std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
  }
  return lines;
}

inline std::string JoinLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_TRAIL_VERIFIED_FILES_H_
