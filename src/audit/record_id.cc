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

// Asking OpenSSL costs more than all the rest of an identifier: it is done once for 256 of them.
struct RandomPool {
  std::array<unsigned char, 256 * kRandomBytes> bytes;
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
  // Five bytes are eight characters.
  const auto random = RandomPart();
  for (std::size_t group = 0; group < kRandomBytes / 5; ++group) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | random[5 * group + i];
    for (std::size_t i = 8; i-- > 0;) {
      id.text_[10 + 8 * group + i] = kCrockfordBase32[bits & 31];
      bits >>= 5;
    }
  }
  return id;
}

}  // namespace certgate
