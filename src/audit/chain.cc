#include "src/audit/chain.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace certgate {
namespace {

constexpr std::string_view kBeforePrevious = ",\"chain\":{\"previous\":\"";
constexpr std::string_view kBeforeHash = ",\"hash\":\"";
constexpr std::string_view kBeforeSignature = ",\"signature\":\"";
constexpr std::string_view kEnd = "\"}}}";
// Ed25519: 64 bytes, in base64.
constexpr std::size_t kSignatureBytes = 88;

bool IsHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// What is fetched once need not be looked up for each record. Without memory for that it is looked
// up each time.
const EVP_MD* Sha256() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest != nullptr ? digest : EVP_sha256();
}

// One for each thread: making one for each record costs as much as a short hash.
EVP_MD_CTX* HashContext() {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local std::unique_ptr<EVP_MD_CTX, Free> context;
  if (context == nullptr) context.reset(EVP_MD_CTX_new());
  return context.get();
}

bool ConsumeSuffix(std::string_view suffix, std::string_view& text) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::optional<std::string_view> ConsumeLast(std::size_t count, std::string_view& text) {
  if (text.size() < count) return std::nullopt;
  const std::string_view last = text.substr(text.size() - count);
  text.remove_suffix(count);
  return last;
}

}  // namespace

std::optional<ChainHash> ChainHash::Parse(std::string_view text) {
  if (text.size() != kDigits || !std::all_of(text.begin(), text.end(), IsHexDigit)) {
    return std::nullopt;
  }
  ChainHash hash;
  std::copy(text.begin(), text.end(), hash.digits_.begin());
  return hash;
}

ChainHash ChainHash::Of(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, kDigits / 2> digest;
  EVP_MD_CTX* const context = HashContext();
  if (context == nullptr || EVP_DigestInit_ex2(context, Sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 could not be computed");
  }
  ChainHash hash;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    hash.digits_[2 * i] = kHex[digest[i] >> 4];
    hash.digits_[2 * i + 1] = kHex[digest[i] & 0xF];
  }
  return hash;
}

ChainHash EndRecord(std::size_t start, const ChainHash& previous, const ChainSigner* signer,
                    std::string& out) {
  out.append(kBeforePrevious).append(previous.text()).push_back('"');
  if (signer != nullptr) {
    const std::string signature = signer->Sign(ChainHash::Of(std::string_view(out).substr(start)));
    out.append(kBeforeSignature).append(signature).push_back('"');
  }
  const ChainHash hash = ChainHash::Of(std::string_view(out).substr(start));
  out.append(kBeforeHash).append(hash.text()).append(kEnd).push_back('\n');
  return hash;
}

std::optional<ChainLink> ReadChain(std::string_view line) {
  ChainLink link;
  std::string_view rest = line;
  if (!ConsumeSuffix(kEnd, rest)) return std::nullopt;
  const auto hash = ConsumeLast(ChainHash::kDigits, rest);
  if (!hash || !ChainHash::Parse(*hash) || !ConsumeSuffix(kBeforeHash, rest)) return std::nullopt;
  link.hash = *hash;
  link.hashed = rest;
  if (!ConsumeSuffix("\"", rest)) return std::nullopt;
  if (rest.size() > kSignatureBytes &&
      rest.substr(0, rest.size() - kSignatureBytes).ends_with(kBeforeSignature)) {
    link.signature = *ConsumeLast(kSignatureBytes, rest);
    ConsumeSuffix(kBeforeSignature, rest);
    link.signed_part = rest;
    if (!ConsumeSuffix("\"", rest)) return std::nullopt;
  }
  const auto previous = ConsumeLast(ChainHash::kDigits, rest);
  if (!previous || !ChainHash::Parse(*previous) || !rest.ends_with(kBeforePrevious)) {
    return std::nullopt;
  }
  link.previous = *previous;
  return link;
}

std::string SignedText(std::string_view hash) {
  return std::string("certgate-audit-v1:").append(hash);
}

}  // namespace certgate
