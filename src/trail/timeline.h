#ifndef CERTGATE_SRC_TRAIL_TIMELINE_H_
#define CERTGATE_SRC_TRAIL_TIMELINE_H_

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "src/trail/record_reader.h"

namespace certgate {

/// How many calls there were when, in stretches of equal length that begin at round times of UTC.
/// The stretches get longer when there are too many, so that it takes no more memory for more
/// records. Not thread-safe.
class CallTimeline {
 public:
  static constexpr std::size_t kMostStretches = 4096;

  struct Counts {
    std::uint64_t allowed = 0;
    /// Let through under `mode: observe` only.
    std::uint64_t observed = 0;
    /// Those that were counted and have no record are in it, at the time of the record that tells.
    std::uint64_t denied = 0;

    std::uint64_t calls() const { return allowed + observed + denied; }
    void Add(const Counts& other);
  };
  struct Stretch {
    absl::Time start;
    Counts counts;
  };

  void Add(const ParsedRecord& record);
  void Add(const CallTimeline& other);

  /// The stretches from the first call to the last, without a gap: as short as they can be if there
  /// are to be `most` of them at the most, 2 or more.
  std::vector<Stretch> Stretches(std::size_t most) const;
  /// How long those stretches are.
  absl::Duration LengthFor(std::size_t most) const;

 private:
  using Groups = std::map<std::int64_t, Counts>;

  void AddAt(std::int64_t second, const Counts& counts);
  std::size_t LadderFor(std::size_t most) const;

  // Which of the lengths; keys of `groups_` are the seconds at which they begin.
  std::size_t length_ = 0;
  Groups groups_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_TIMELINE_H_
