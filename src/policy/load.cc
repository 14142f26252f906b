#include <certgate/policy.h>
#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "src/policy/compile.h"
#include "src/policy/compiled.h"
#include "src/policy/load_file.h"
#include "src/policy/load_reader.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {
namespace {

PolicyLoad Failure(std::string_view text, const std::string& file, Problem problem) {
  DiagnosticLog log(text, file);
  log.Error({}, std::move(problem));
  return {nullptr, std::move(log).Finish()};
}

// `sha256:` and the digits; nothing if OpenSSL fails.
std::optional<std::string> VersionOf(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return std::nullopt;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string version = "sha256:";
  for (std::size_t i = 0; i < size; ++i) {
    version += kDigits[digest[i] >> 4U];
    version += kDigits[digest[i] & 0xFU];
  }
  return version;
}

PolicyLoad ParseOrThrow(std::string_view text, const std::string& file) {
  DiagnosticLog log(text, file);
  PolicyReader reader(log);
  // Half a file would seem to lack what stands in its other half.
  if (ReadYaml(reader, log)) reader.CheckWhole();
  if (log.count() > 0) return {nullptr, std::move(log).Finish()};
  std::optional<std::string> version = VersionOf(text);
  if (!version) {
    return Failure(text, file,
                   {"cannot compute the policy's SHA-256",
                    "check that OpenSSL's default provider is available"});
  }
  PolicyDocument document = reader.TakeDocument();
  document.version = *std::move(version);
  return {std::make_shared<const Policy>(CompilePolicy(std::move(document))), {}};
}

}  // namespace

PolicyLoad ParsePolicy(std::string_view text, const std::string& file) {
  try {
    return ParseOrThrow(text, file);
  } catch (const std::exception& e) {
    return Failure({}, file, {std::string("cannot load the policy: ") + e.what(), {}});
  }
}

PolicyLoad LoadPolicy(const std::string& path) {
  try {
    std::variant<std::string, Problem> text = ReadPolicyFile(path);
    if (auto* problem = std::get_if<Problem>(&text)) return Failure({}, path, std::move(*problem));
    return ParsePolicy(std::get<std::string>(text), path);
  } catch (const std::exception& e) {
    return Failure({}, path, {std::string("cannot load the policy: ") + e.what(), {}});
  }
}

}  // namespace certgate
