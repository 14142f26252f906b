#ifndef CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
#define CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_

#include <absl/hash/hash.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/identity/known_certificate.h"
#include "src/identity/reading_limits.h"

namespace certgate {

/// How a cache is doing.
struct CacheFigures {
  /// The certificates that it holds now.
  std::size_t size = 0;
  /// How often a certificate was held with the chain that it came with; and how often it had to be
  /// read, or its chain verified.
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
};

/// Remembers at most `capacity` certificates, refused ones included, so that a certificate is
/// parsed, and its chain verified, once and not on every call. Keyed by the whole PEM text: two
/// certificates never share an entry. The one used least recently makes room. Thread-safe.
///
/// `Certificate` is a `KnownCertificate`, or is derived from it, and can be made of a PEM text and
/// a chain, and of one of its own kind and another chain.
template <typename Certificate>
class IdentityCache {
 public:
  using Pointer = std::shared_ptr<const Certificate>;

  explicit IdentityCache(std::size_t capacity) {
    // Few threads meet in one of 16 shards; below 64 entries each, shards would push out readings
    // while others have room.
    const std::size_t count = std::clamp<std::size_t>(capacity / 64, 1, 16);
    for (std::size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<Shard>(capacity / count + (i < capacity % count ? 1 : 0)));
    }
  }
  IdentityCache(const IdentityCache&) = delete;
  IdentityCache& operator=(const IdentityCache&) = delete;

  /// The certificate `pem`, whose holder presented `chain` with it; never null.
  ///
  /// A resumed TLS session presents no chain: the certificate then comes with the chain that it was
  /// last presented with. Where that has been forgotten, it has to be proved without, until a full
  /// handshake presents it again. Throws std::bad_alloc.
  Pointer Find(std::string_view pem, std::string_view chain) {
    // Refused unread; keeping it would cost memory and save nothing.
    if (pem.size() > kMaxPemBytes) return std::make_shared<const Certificate>(pem, "");
    const Key key(pem);
    // The upper half, because the map inside the shard goes by the lower bits.
    Shard& shard = *shards_[(key.hash >> 32) % shards_.size()];
    Pointer held = shard.Find(key);
    const bool is_hit = held != nullptr && (chain.empty() || chain == held->chain());
    shard.Count(is_hit);
    if (is_hit) return held;
    auto known = held == nullptr ? std::make_shared<const Certificate>(pem, chain)
                                 : std::make_shared<const Certificate>(*held, chain);
    if (known->reading()->rejection == kOutOfMemory) return known;  // May go better next time.
    return shard.Insert(key, std::move(known));
  }

  CacheFigures figures() const {
    CacheFigures sum;
    for (const auto& shard : shards_) shard->AddTo(sum);
    return sum;
  }

 private:
  struct Key {
    explicit Key(std::string_view text) : hash(HashOf(text)), pem(text) {}

    // Before the line that ends it a certificate has its signature, some 200 bits of which tell
    // certificates apart as well as the whole: to go over all of it would be most of what finding
    // one costs.
    static std::size_t HashOf(std::string_view pem) {
      constexpr std::size_t kEnd = 64;
      return absl::Hash<std::string_view>{}(pem.substr(pem.size() - std::min(kEnd, pem.size())));
    }

    friend bool operator==(const Key& left, const Key& right) {
      return left.hash == right.hash && left.pem == right.pem;
    }

    std::size_t hash;
    std::string_view pem;
  };

  struct HashOfKey {
    std::size_t operator()(const Key& key) const noexcept { return key.hash; }
  };

  /// A part of the cache under a lock of its own. Thread-safe.
  class Shard {
   public:
    explicit Shard(std::size_t capacity) : capacity_(capacity) {}

    /// Null if the certificate is not held.
    Pointer Find(const Key& key) {
      const std::lock_guard lock(mutex_);
      const auto found = by_pem_.find(key);
      if (found == by_pem_.end()) return nullptr;
      recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
      return *found->second;
    }

    /// Keeps `known`, in the place of one with another chain; or returns the one that another
    /// thread kept meanwhile.
    Pointer Insert(Key key, Pointer known) {
      if (capacity_ == 0) return known;
      key.pem = known->pem();
      std::list<Pointer> fresh;
      fresh.push_back(std::move(known));
      // What makes room is freed after the lock is gone.
      std::list<Pointer> removed;
      const std::lock_guard lock(mutex_);
      const auto [place, inserted] = by_pem_.try_emplace(key, fresh.begin());
      if (!inserted) {
        const Pointer& held = *place->second;
        if (fresh.front()->chain().empty() || fresh.front()->chain() == held->chain()) return held;
        // The key is a text of the entry that goes. Taking it along costs nothing that can fail.
        auto node = by_pem_.extract(place);
        node.key() = key;
        std::swap(*node.mapped(), fresh.front());
        Pointer kept = *node.mapped();
        by_pem_.insert(std::move(node));
        return kept;
      }
      recent_first_.splice(recent_first_.begin(), fresh);
      if (recent_first_.size() > capacity_) {
        by_pem_.erase(Key(recent_first_.back()->pem()));
        removed.splice(removed.begin(), recent_first_, std::prev(recent_first_.end()));
      }
      return recent_first_.front();
    }

    void Count(bool is_hit) noexcept {
      (is_hit ? hits_ : misses_).fetch_add(1, std::memory_order_relaxed);
    }

    void AddTo(CacheFigures& sum) const {
      sum.hits += hits_.load(std::memory_order_relaxed);
      sum.misses += misses_.load(std::memory_order_relaxed);
      const std::lock_guard lock(mutex_);
      sum.size += recent_first_.size();
    }

   private:
    const std::size_t capacity_;
    std::atomic<std::uint64_t> hits_{0};
    std::atomic<std::uint64_t> misses_{0};
    mutable std::mutex mutex_;
    std::list<Pointer> recent_first_;
    // The keys are texts of the certificates that the list holds. Not absl's map, which is left
    // broken when memory runs out while it grows.
    std::unordered_map<Key, typename std::list<Pointer>::iterator, HashOfKey> by_pem_;
  };

  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_IDENTITY_IDENTITY_CACHE_H_
