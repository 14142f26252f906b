#ifndef CERTGATE_SRC_TRAIL_VERIFY_H_
#define CERTGATE_SRC_TRAIL_VERIFY_H_

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/audit/chain.h"
#include "src/audit/signing_key.h"
#include "src/trail/trail_files.h"

namespace certgate {

/// The most records of a signed trail that may stand one behind the other without a signature.
inline constexpr std::uint64_t kMostUnsignedRecords = 1000;

struct VerifyOptions {
  /// Each signature must be of one of these. Signatures are not looked at if there is none.
  std::vector<VerifyingKey> keys;
  /// Hashes that were noted elsewhere: the records must be there.
  std::vector<ChainHash> expected;
  /// Each trail must end with `audit-close`.
  bool must_be_closed = false;
};

/// One thing that is wrong with a trail.
struct TrailFault {
  enum class Kind {
    kChanged,      // the line is not as it was written
    kInserted,     // the line is no part of the trail
    kRemoved,      // records before the line are missing
    kReordered,    // the line stands before others that belong before it
    kDuplicated,   // the record is in the trail already, or comes once more
    kReplaced,     // the line is whole but does not follow the one before it
    kTorn,         // the file ends in the middle of the line
    kSignature,    // a signature is wrong or missing
    kOpenEnd,      // the trail is not closed
    kUnknownHash,  // a hash that was noted elsewhere is not there
  };

  Kind kind = Kind::kChanged;
  std::string file;
  /// 0 if no line is to blame.
  std::uint64_t line = 0;
  /// Under `kRemoved`, how many records, if that is known.
  std::uint64_t count = 0;
  std::string message;
  std::string hint;
};

/// "changed", "inserted", ...
std::string_view ToString(TrailFault::Kind kind) noexcept;

/// A record, by what people call it.
struct RecordMark {
  std::uint64_t sequence = 0;
  std::string time;
  std::string hash;
};

/// What is known of one trail after it was read.
struct TrailSummary {
  /// As its last `audit-open` names it; empty if there is none.
  std::string place;
  std::vector<std::string> files;
  std::uint64_t records = 0;
  RecordMark first;
  RecordMark last;
  bool begins_at_genesis = false;
  bool is_closed = false;
  /// The last record with a signature that holds, and how many stand behind it.
  std::optional<RecordMark> signed_until;
  std::uint64_t unsigned_at_end = 0;
  /// Whether there are signatures, looked at or not.
  bool has_signatures = false;
};

struct VerifyResult {
  /// The first fault in the order of the trail, and how many more there are.
  std::optional<TrailFault> fault;
  std::uint64_t further_faults = 0;
  std::uint64_t records = 0;
  std::vector<TrailSummary> trails;
  /// What is no fault, but is to be known.
  std::vector<std::string> notes;

  bool is_intact() const { return !fault.has_value(); }
};

/// Checks each record of `files`, which are in the order of `FileOrder::kBySequence`: its own hash,
/// the hash of its predecessor, its number, and signatures. A trail may begin in the middle, for
/// its older files may be gone, and there may be several trails. Reads each file once, in a memory
/// that does not depend on their sizes. Fails if a file cannot be read; `result` holds what was
/// found until then. Throws what `ChainHash::Of` does.
absl::Status VerifyTrails(const std::vector<TrailFile>& files, const VerifyOptions& options,
                          VerifyResult& result);

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_VERIFY_H_
