#include <certgate/record_id.h>
#include <openssl/rand.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace certgate {
namespace {

constexpr char kCrockfordBase32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kRandomBytes = 10;

// Asking OpenSSL for ten bytes at a time costs more than all the rest of an identifier.
struct RandomPool {
  std::array<unsigned char, 400> bytes;
  std::size_t used = sizeof(bytes);
};

std::array<unsigned char, kRandomBytes> RandomPart() noexcept {
  thread_local RandomPool pool;
  std::array<unsigned char, kRandomBytes> part{};
  if (pool.used + kRandomBytes > pool.bytes.size()) {
    if (RAND_bytes(pool.bytes.data(), static_cast<int>(pool.bytes.size())) != 1) {
      static std::atomic<std::uint64_t> counter{0};
      const std::uint64_t count = counter.fetch_add(1, std::memory_order_relaxed);
      std::memcpy(part.data(), &count, sizeof(count));
      return part;
    }
    pool.used = 0;
  }
  std::memcpy(part.data(), pool.bytes.data() + pool.used, kRandomBytes);
  pool.used += kRandomBytes;
  return part;
}

}  // namespace

RecordId RecordId::Generate(absl::Time time) noexcept {
  RecordId id;
  // 48 bits of milliseconds in ten characters, then 80 random bits in sixteen.
  std::uint64_t milliseconds = static_cast<std::uint64_t>(absl::ToUnixMillis(time));
  for (std::size_t i = 10; i-- > 0;) {
    id.text_[i] = kCrockfordBase32[milliseconds & 31];
    milliseconds >>= 5;
  }
  const auto random = RandomPart();
  std::uint32_t pending = 0;
  int bits = 0;
  std::size_t next = 10;
  for (const unsigned char byte : random) {
    pending = (pending << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id.text_[next++] = kCrockfordBase32[(pending >> bits) & 31];
    }
  }
  return id;
}

}  // namespace certgate
