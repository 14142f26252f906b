#ifndef CERTGATE_SRC_TRAIL_CHAIN_FOLLOWER_H_
#define CERTGATE_SRC_TRAIL_CHAIN_FOLLOWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/audit/chain.h"
#include "src/trail/fault_log.h"
#include "src/trail/record_reader.h"
#include "src/trail/verify.h"

namespace certgate {

/// A line whose hash fits, taken apart. All views are borrowed.
struct SoundLine {
  const ChainLink& link;
  const ParsedRecord& record;
  const LinePlace& place;

  /// Names no predecessor, as the first record of a trail does.
  bool IsGenesis() const;
  bool IsOpen() const { return record.action == "audit-open"; }
};

/// Follows one trail from record to record, over its files. Not thread-safe.
class ChainFollower {
 public:
  /// Keeps references. `signatures` are looked at if `keys` has keys.
  ChainFollower(const std::vector<VerifyingKey>& keys, FaultLog& faults)
      : keys_(keys), faults_(faults) {}

  /// Whether `line` begins another trail than this one.
  bool IsOtherBeginning(const SoundLine& line) const;

  /// The next line of the trail. `is_part` says that its file may begin anywhere.
  void Follow(const SoundLine& line, bool is_part);
  /// A line that is no record as it was written, and why.
  void PassOver(const LinePlace& place, TrailFault::Kind kind, std::string message,
                std::string hint);
  /// After the last line.
  void Finish(bool must_be_closed);

  bool has_begun() const { return summary_.records > 0; }
  const TrailSummary& summary() const { return summary_; }
  TrailSummary& summary() { return summary_; }

 private:
  /// Records that were missing where they belong.
  struct Gap {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    /// The line behind the gap.
    std::string hash;
    std::uint64_t fault = 0;
  };

  void Begin(const SoundLine& line, bool is_part);
  void Continue(const SoundLine& line);
  void ContinueBehindUnsound(const SoundLine& line);
  bool IsLate(const SoundLine& line);
  void Repeat(const SoundLine& line);
  void Skip(const SoundLine& line, std::uint64_t from);
  void Advance(const SoundLine& line);
  void CheckSignature(const SoundLine& line);

  const std::vector<VerifyingKey>& keys_;
  FaultLog& faults_;
  TrailSummary summary_;
  LinePlace last_place_;
  std::optional<Gap> gap_;
  // Lines behind the last sound one that are not as they were written.
  std::uint64_t unsound_ = 0;
  std::uint64_t unsound_fault_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_CHAIN_FOLLOWER_H_
