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

using KnownPtr = std::shared_ptr<const KnownCertificate>;

/// A part of the cache under a lock of its own. Thread-safe.
class Shard {
 public:
  explicit Shard(std::size_t capacity) : capacity_(capacity) {}

  /// Null if the certificate is not held.
  KnownPtr Find(std::string_view pem) {
    const std::lock_guard lock(mutex_);
    const auto found = by_pem_.find(pem);
    if (found == by_pem_.end()) return nullptr;
    recent_first_.splice(recent_first_.begin(), recent_first_, found->second);
    return *found->second;
  }

  /// Keeps `known`, in the place of one with another chain; or returns the one that another thread
  /// kept meanwhile.
  KnownPtr Insert(KnownPtr known) {
    if (capacity_ == 0) return known;
    std::list<KnownPtr> fresh;
    fresh.push_back(std::move(known));
    // What makes room is freed after the lock is gone.
    std::list<KnownPtr> removed;
    const std::lock_guard lock(mutex_);
    const auto [place, inserted] = by_pem_.try_emplace(fresh.front()->pem(), fresh.begin());
    if (!inserted) {
      const KnownPtr& held = *place->second;
      if (fresh.front()->chain().empty() || fresh.front()->chain() == held->chain()) return held;
      // The key is a text of the entry that goes. Taking it along costs nothing that can fail.
      auto node = by_pem_.extract(place);
      node.key() = fresh.front()->pem();
      std::swap(*node.mapped(), fresh.front());
      KnownPtr kept = *node.mapped();
      by_pem_.insert(std::move(node));
      return kept;
    }
    recent_first_.splice(recent_first_.begin(), fresh);
    if (recent_first_.size() > capacity_) {
      by_pem_.erase(recent_first_.back()->pem());
      removed.splice(removed.begin(), recent_first_, std::prev(recent_first_.end()));
    }
    return recent_first_.front();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return recent_first_.size();
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<KnownPtr> recent_first_;
  // The keys are texts of the certificates that the list holds. Not absl's map, which is left
  // broken when memory runs out while it grows.
  std::unordered_map<std::string_view, std::list<KnownPtr>::iterator, absl::Hash<std::string_view>>
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

IdentityCache::IdentityCache(std::size_t capacity, KnownCertificate::Describe describe)
    : describe_(describe), shards_(std::make_unique<Shards>(capacity)) {}

IdentityCache::~IdentityCache() = default;

std::shared_ptr<const KnownCertificate> IdentityCache::Find(std::string_view pem,
                                                            std::string_view chain) {
  // Refused unread; keeping it would cost memory and save nothing.
  if (pem.size() > kMaxPemBytes) {
    return std::make_shared<const KnownCertificate>(pem, std::string_view(), describe_);
  }
  const std::size_t hash = absl::Hash<std::string_view>{}(pem);
  Shard& shard = shards_->For(hash);
  const KnownPtr held = shard.Find(pem);
  if (held != nullptr && (chain.empty() || chain == held->chain())) return held;
  auto known = held == nullptr ? std::make_shared<const KnownCertificate>(pem, chain, describe_)
                               : std::make_shared<const KnownCertificate>(*held, chain);
  if (known->reading()->rejection == kOutOfMemory) return known;  // May go better next time.
  return shard.Insert(std::move(known));
}

std::size_t IdentityCache::size() const { return shards_->size(); }

}  // namespace certgate
