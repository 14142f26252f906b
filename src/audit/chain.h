#ifndef CERTGATE_SRC_AUDIT_CHAIN_H_
#define CERTGATE_SRC_AUDIT_CHAIN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certgate {

/// A SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits. Value-initialized it is 64 zeros:
/// what the first record of a trail names as its predecessor.
class ChainHash {
 public:
  static constexpr std::size_t kDigits = 64;

  constexpr ChainHash() { digits_.fill('0'); }

  /// Nothing if `text` is not 64 lower-case hexadecimal digits.
  static std::optional<ChainHash> Parse(std::string_view text);

  /// The SHA-256 of `bytes`. Throws std::runtime_error if OpenSSL fails, for lack of memory.
  static ChainHash Of(std::string_view bytes);

  std::string_view text() const { return {digits_.data(), digits_.size()}; }
  bool is_genesis() const { return *this == ChainHash(); }

  friend bool operator==(const ChainHash&, const ChainHash&) = default;

 private:
  std::array<char, kDigits> digits_;
};

/// Where a trail stands: its last record.
struct ChainHead {
  ChainHash hash;
  /// `event.sequence` of that record; 0 before the first.
  std::uint64_t sequence = 0;

  friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

/// Signs records; see `SigningKey`.
class ChainSigner {
 public:
  virtual ~ChainSigner() = default;
  /// The signature in base64 (RFC 4648, section 4). Throws std::runtime_error on a failure.
  virtual std::string Sign(const ChainHash& hash) const = 0;
};

/// How every record of a trail ends: `"chain":{"previous":"P","hash":"H"}}}` and a newline, in a
/// signed record `"chain":{"previous":"P","signature":"S","hash":"H"}}}`. P is the hash of the
/// record before. H is the SHA-256 of all bytes of the line before `,"hash":"`, and so of P and S
/// too. S, in base64, is the Ed25519 signature (RFC 8032) of the text `certgate-audit-v1:` and the
/// SHA-256, in hexadecimal digits, of all bytes of the line before `,"signature":"`.
///
/// Completes the record that begins at `start` in `out` and lacks all from the comma before
/// `"chain"` on. Returns its hash. `signer` may be null. Throws what `ChainHash::Of` and
/// `ChainSigner::Sign` do, and then `out` is not to be used.
ChainHash EndRecord(std::size_t start, const ChainHash& previous, const ChainSigner* signer,
                    std::string& out);

/// The most bytes that `EndRecord` adds.
inline constexpr std::size_t kMostChainBytes = 320;

/// The end of a line, taken apart. The views are into the line.
struct ChainLink {
  /// What `hash` must be the SHA-256 of.
  std::string_view hashed;
  std::string_view previous;
  std::string_view hash;
  /// Empty if the record is not signed.
  std::string_view signature;
  /// Of a signed record, the bytes whose SHA-256 is signed.
  std::string_view signed_part;

  bool IsSound() const { return ChainHash::Of(hashed).text() == hash; }
};

/// Reads the end of `line`, which has no newline any more. Nothing if it does not end as
/// `EndRecord` writes it, byte for byte.
std::optional<ChainLink> ReadChain(std::string_view line);

/// The text that is signed: `certgate-audit-v1:` and the hash.
std::string SignedText(std::string_view hash);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CHAIN_H_
