#include "src/identity/identity_cache.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/identity/reading_limits.h"

namespace certgate {
namespace {

using ReadingPtr = std::shared_ptr<const IdentityReading>;

/// A part of the cache under a lock of its own. Thread-safe.
class Shard {
 public:
  explicit Shard(std::size_t capacity) : capacity_(capacity) {}

  /// Null if it is not held, or `chain` may prove other authorities than the chain before it.
  ReadingPtr Find(std::string_view pem, std::string_view chain) {
    const std::lock_guard lock(mutex_);
    const auto found = by_pem_.find(pem);
    if (found == by_pem_.end()) return nullptr;
    if (!chain.empty() && chain != found->second->chain) return nullptr;
    recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
    return found->second->reading;
  }

  /// Keeps `reading`, in the place of one with another chain; or returns the one that another
  /// thread kept meanwhile.
  ReadingPtr Insert(std::string_view pem, std::string_view chain, ReadingPtr reading) {
    if (capacity_ == 0) return reading;
    std::list<Entry> fresh;
    fresh.push_back({std::string(pem), std::string(chain), std::move(reading)});
    // What makes room is freed after the lock is gone.
    std::list<Entry> removed;
    const std::lock_guard lock(mutex_);
    const auto [place, inserted] = by_pem_.try_emplace(fresh.front().pem, fresh.begin());
    if (!inserted) {
      Entry& known = *place->second;
      if (chain.empty() || chain == known.chain) return known.reading;
      std::swap(known.chain, fresh.front().chain);
      std::swap(known.reading, fresh.front().reading);
      return known.reading;
    }
    recent_first_.splice(recent_first_.begin(), fresh);
    if (recent_first_.size() > capacity_) {
      by_pem_.erase(recent_first_.back().pem);
      removed.splice(removed.begin(), recent_first_, std::prev(recent_first_.end()));
    }
    return recent_first_.front().reading;
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return recent_first_.size();
  }

 private:
  struct Entry {
    std::string pem;
    std::string chain;
    ReadingPtr reading;
  };

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> recent_first_;
  // The keys point into the entries, which the list never moves. Not absl's map, which is left
  // broken when memory runs out while it grows.
  std::unordered_map<std::string_view, std::list<Entry>::iterator, absl::Hash<std::string_view>>
      by_pem_;
};

// Few threads meet in one of 16 shards; below 64 entries each, shards would push out readings
// while others have room.
std::size_t ShardCount(std::size_t capacity) {
  return std::clamp<std::size_t>(capacity / 64, 1, 16);
}

}  // namespace

class IdentityCache::Shards {
 public:
  explicit Shards(std::size_t capacity) {
    const std::size_t count = ShardCount(capacity);
    for (std::size_t i = 0; i < count; ++i) {
      shards_.push_back(std::make_unique<Shard>(capacity / count + (i < capacity % count ? 1 : 0)));
    }
  }

  // The upper half, because the map inside the shard goes by the lower bits.
  Shard& For(std::size_t hash) const { return *shards_[(hash >> 32) % shards_.size()]; }

  std::size_t size() const {
    std::size_t sum = 0;
    for (const auto& shard : shards_) sum += shard->size();
    return sum;
  }

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
};

IdentityCache::IdentityCache(std::size_t capacity, std::vector<Authority> authorities)
    : authorities_(std::move(authorities)), shards_(std::make_unique<Shards>(capacity)) {}

IdentityCache::~IdentityCache() = default;

std::shared_ptr<const IdentityReading> IdentityCache::Read(std::string_view pem,
                                                           std::string_view chain) {
  if (authorities_.empty()) chain = {};  // It would prove nothing.
  // Refused unread; keeping it would cost memory and save nothing.
  if (pem.size() > kMaxPemBytes) {
    return std::make_shared<const IdentityReading>(ReadPeerIdentity(pem));
  }
  const std::size_t hash = absl::Hash<std::string_view>{}(pem);
  Shard& shard = shards_->For(hash);
  if (ReadingPtr known = shard.Find(pem, chain)) return known;
  auto reading = std::make_shared<const IdentityReading>(ReadVouched(pem, chain));
  if (reading->rejection == kOutOfMemory) return reading;  // May go better next time.
  return shard.Insert(pem, chain, std::move(reading));
}

IdentityReading IdentityCache::ReadVouched(std::string_view pem, std::string_view chain) const {
  IdentityReading reading = ReadPeerIdentity(pem);
  if (reading.identity == nullptr) return reading;
  PeerIdentity vouched = *reading.identity;
  vouched.standing = ChainStanding::kProven;
  vouched.authorities = FindVouchingAuthorities(pem, chain, authorities_);
  reading.identity = std::make_shared<const PeerIdentity>(std::move(vouched));
  return reading;
}

std::size_t IdentityCache::size() const { return shards_->size(); }

}  // namespace certgate
