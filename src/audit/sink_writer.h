#ifndef CERTGATE_SRC_AUDIT_SINK_WRITER_H_
#define CERTGATE_SRC_AUDIT_SINK_WRITER_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/chain.h"
#include "src/audit/own_records.h"
#include "src/audit/record_encoder.h"
#include "src/audit/signing_key.h"

namespace certgate {

/// With a signing key, no more records than these follow one another without a signature, ...
inline constexpr std::size_t kCheckpointRecords = 1000;
/// ... and none stays without for longer than this while the server runs.
inline constexpr absl::Duration kCheckpointInterval = absl::Seconds(1);

/// What all trails of one log have in common.
struct TrailContext {
  RecordedService service;
  /// `write`, `fsync` or `async`.
  std::string_view durability;
  /// Null if nothing is signed.
  std::shared_ptr<const SigningKey> key;
};

/// The trail in one place: picks the records that the place wants, numbers and chains them, and
/// adds what the trail says of itself. Not thread-safe, but for `AskToReopen`.
class SinkWriter {
 public:
  /// Opens the trail where `sink` says that it stands. `context` must outlive this object. Throws
  /// what the sink throws.
  SinkWriter(std::unique_ptr<AuditSink> sink, AuditFilter filter, const TrailContext& context);

  /// Writes `records`, and before them what is due: the record that opens the trail, those that
  /// close one file and open the next. Without records, only what is due. On an error nothing of
  /// them counts as written but what could not be taken back. If this throws (std::bad_alloc;
  /// std::runtime_error from OpenSSL), nothing was written.
  absl::Status Write(std::span<const UnnumberedRecord* const> records, absl::Time now);
  absl::Status Sync();
  /// Takes back the last `Write` that succeeded, where the place can.
  void TakeBack();
  bool can_take_back() const { return sink_->can_take_back(); }

  /// Writes the record that closes the trail; of errors nothing can be made any more.
  void Close(absl::Time now);

  void AskToReopen() noexcept { sink_->AskToReopen(); }
  std::string name() const { return sink_->name(); }

 private:
  /// What is so once the last record stands in the place.
  struct State {
    ChainHead head;
    bool is_open = false;
    // In the place since it was opened.
    std::uint64_t records = 0;
    // Since the last signature.
    std::size_t unsigned_records = 0;
    absl::Time signed_at = absl::InfinitePast();
  };
  struct Line {
    std::size_t end = 0;  // in the buffer
    State state;
  };

  absl::Status TurnTo(AuditSink::Turn turn, absl::Time now);
  void Begin();
  void Add(const UnnumberedRecord& record, bool is_signed, absl::Time now);
  void AddOwn(TrailRecord::Action action, std::string_view reason, absl::Time now);
  void AddCheckpointIfDue(absl::Time now);
  bool IsCheckpointFull() const;
  absl::Status WriteOut();
  std::size_t BytesFor(std::span<const UnnumberedRecord* const> records) const;

  const std::unique_ptr<AuditSink> sink_;
  const AuditFilter filter_;
  const TrailContext& context_;
  AuditSink::Opening opening_;
  std::string_view opened_because_ = "start";

  State state_;
  // Before the last `Write`, and whether that handed anything to the place.
  State before_;
  // Something was written since the last `Sync`.
  bool has_unsynced_ = false;
  bool has_written_ = false;

  // The lines that are being made.
  std::string buffer_;
  std::vector<Line> lines_;
  State next_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_SINK_WRITER_H_
