#ifndef CERTGATE_SRC_POLICY_HELD_VALUES_H_
#define CERTGATE_SRC_POLICY_HELD_VALUES_H_

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "src/policy/value_id.h"

namespace certgate {

/// What a decision looked at, for tests and benchmarks.
struct DecisionWork {
  /// Entries of methods and client sets whose selectors were checked.
  std::size_t entries = 0;
  /// Patterns that were compared with a text of the caller.
  std::size_t patterns = 0;
};

/// The selector values of one policy that hold for one caller, in the order in which they were
/// found. No allocation up to `kFew` of them.
class HeldValues {
 public:
  bool Contains(ValueId value) const {
    if ((marks_ & MarkOf(value)) == 0) return false;
    if (!many_.empty()) return many_.contains(value);
    for (const ValueId held : in_order_) {
      if (held == value) return true;
    }
    return false;
  }

  /// Nothing happens if `value` is held already.
  void Insert(ValueId value) {
    if (Contains(value)) return;
    in_order_.push_back(value);
    marks_ |= MarkOf(value);
    if (!many_.empty()) {
      many_.insert(value);
    } else if (in_order_.size() > kFew) {
      many_.insert(in_order_.begin(), in_order_.end());
    }
  }

  std::size_t size() const { return in_order_.size(); }
  ValueId operator[](std::size_t index) const { return in_order_[index]; }
  const ValueId* begin() const { return in_order_.data(); }
  const ValueId* end() const { return in_order_.data() + in_order_.size(); }

 private:
  static constexpr std::size_t kFew = 32;

  // One bit of 64 for a value, so that most values that are not held are told by one look.
  static std::uint64_t MarkOf(ValueId value) {
    return std::uint64_t{1} << (value * std::uint64_t{0x9E3779B97F4A7C15} >> 58);
  }

  std::uint64_t marks_ = 0;
  absl::InlinedVector<ValueId, kFew> in_order_;
  // Empty, or the same values. Not absl's set, which is left broken when memory runs out while it
  // grows, and a decision must survive that.
  std::unordered_set<ValueId> many_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_HELD_VALUES_H_
