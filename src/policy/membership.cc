#include "src/policy/membership.h"

#include <absl/container/inlined_vector.h>

#include <algorithm>
#include <cstddef>

namespace certgate {
namespace {

class Membership {
 public:
  Membership(const EntryTable& entries, const EntryIndex& index, GroupNumber first_group,
             absl::Time now, HeldValues& held, DecisionWork& work)
      : entries_(entries),
        index_(index),
        first_group_(first_group),
        now_(now),
        held_(held),
        work_(work) {}

  void AddAll() {
    do {
      FollowHeldValues();
      AddThoseThatWaited();
    } while (next_ < held_.size());
  }

 private:
  // `held_` is the list of work: each set that is added is looked up in its turn.
  void FollowHeldValues() {
    for (; next_ < held_.size(); ++next_) {
      for (const EntryNumber entry : index_.Find(first_group_, held_[next_])) Consider(entry);
    }
  }

  void Consider(EntryNumber entry) {
    ++work_.entries;
    if (entries_.HasExpired(entry, now_)) return;
    const Field failed = entries_.FirstFailed(entry, held_);
    if (failed == Field::kNone) {
      AddSetOf(entry);
    } else if (failed == Field::kClient) {
      // Found by another field, before the membership that it also asks for is known. `client` is
      // the last field that can fail, so all others hold.
      waiting_.push_back(entry);
    }
  }

  void AddThoseThatWaited() {
    const auto rest = std::remove_if(waiting_.begin(), waiting_.end(), [this](EntryNumber entry) {
      ++work_.entries;
      if (entries_.FirstFailed(entry, held_) != Field::kNone) return false;
      AddSetOf(entry);
      return true;
    });
    waiting_.erase(rest, waiting_.end());
  }

  void AddSetOf(EntryNumber entry) {
    held_.Insert(
        MakeValueId(Field::kClient, ValueKind::kExact, entries_.GroupOf(entry) - first_group_));
  }

  const EntryTable& entries_;
  const EntryIndex& index_;
  const GroupNumber first_group_;
  const absl::Time now_;
  HeldValues& held_;
  DecisionWork& work_;
  std::size_t next_ = 0;
  absl::InlinedVector<EntryNumber, 16> waiting_;
};

}  // namespace

void AddMemberships(const EntryTable& entries, const EntryIndex& index, GroupNumber first_group,
                    absl::Time now, HeldValues& held, DecisionWork& work) {
  Membership(entries, index, first_group, now, held, work).AddAll();
}

}  // namespace certgate
