#ifndef CERTGATE_SRC_AUDIT_RECENT_TABLE_H_
#define CERTGATE_SRC_AUDIT_RECENT_TABLE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace certgate {

/// A table of at most `capacity` entries, which forgets the one that was not asked for longest, and
/// allocates nothing after it was made. Not thread-safe.
///
/// The hash need not withstand people who look for collisions: no search looks at more than
/// `capacity` numbers.
template <typename Entry>
class RecentTable {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RecentTable(std::size_t capacity)
      : nodes_(capacity), chains_(2 * capacity, kNone), oldest_(0), newest_(Last()) {
    for (std::uint32_t i = 0; i < capacity; ++i) {
      nodes_[i].older = i == 0 ? kNone : i - 1;
      nodes_[i].newer = i == Last() ? kNone : i + 1;
    }
  }

  /// The entry with `hash` of which `is_same` holds, or null.
  template <typename IsSame>
  Entry* Find(std::uint64_t hash, Time now, const IsSame& is_same) {
    for (std::uint32_t i = ChainOf(hash); i != kNone; i = nodes_[i].next) {
      if (nodes_[i].hash != hash || !is_same(nodes_[i].entry)) continue;
      nodes_[i].asked = now;
      MakeNewest(i);
      return &nodes_[i].entry;
    }
    return nullptr;
  }

  /// A new entry in place of the oldest, or null if that was asked for within `quiet`.
  Entry* Add(std::uint64_t hash, Time now, std::chrono::duration<double> quiet) {
    const std::uint32_t i = oldest_;
    Node& node = nodes_[i];
    if (node.is_used && now - node.asked < quiet) return nullptr;
    if (node.is_used) Unchain(i);
    node.entry = Entry();
    node.hash = hash;
    node.asked = now;
    node.is_used = true;
    std::uint32_t& first = ChainOf(hash);
    node.next = first;
    first = i;
    MakeNewest(i);
    return &node.entry;
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct Node {
    Entry entry;
    std::uint64_t hash = 0;
    Time asked;
    bool is_used = false;
    std::uint32_t next = kNone;  // in its chain
    std::uint32_t older = kNone;
    std::uint32_t newer = kNone;
  };

  std::uint32_t Last() const { return static_cast<std::uint32_t>(nodes_.size()) - 1; }
  std::uint32_t& ChainOf(std::uint64_t hash) { return chains_[hash % chains_.size()]; }

  void Unchain(std::uint32_t gone) {
    std::uint32_t* link = &ChainOf(nodes_[gone].hash);
    while (*link != gone) link = &nodes_[*link].next;
    *link = nodes_[gone].next;
  }

  void MakeNewest(std::uint32_t i) {
    if (i == newest_) return;
    Node& node = nodes_[i];
    (node.older == kNone ? oldest_ : nodes_[node.older].newer) = node.newer;
    nodes_[node.newer].older = node.older;
    node.older = newest_;
    node.newer = kNone;
    nodes_[newest_].newer = i;
    newest_ = i;
  }

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> chains_;
  std::uint32_t oldest_;
  std::uint32_t newest_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECENT_TABLE_H_
