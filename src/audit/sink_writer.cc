#include "src/audit/sink_writer.h"

#include <certgate/record_id.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <utility>

namespace certgate {
namespace {

std::string_view ToString(AuditSink::Turn turn) {
  switch (turn) {
    case AuditSink::Turn::kReopen:
      return "reopen";
    case AuditSink::Turn::kVanished:
      return "vanished";
    case AuditSink::Turn::kRotate:
    case AuditSink::Turn::kNone:
      break;
  }
  return "rotate";
}

}  // namespace

SinkWriter::SinkWriter(std::unique_ptr<AuditSink> sink, AuditFilter filter,
                       const TrailContext& context)
    : sink_(std::move(sink)), filter_(filter), context_(context), opening_(sink_->Open()) {
  if (const auto last = ChainHash::Parse(opening_.last_hash)) {
    state_.head = {*last, opening_.last_sequence};
  }
}

absl::Status SinkWriter::Write(std::span<const UnnumberedRecord* const> records, absl::Time now) {
  has_written_ = false;
  const AuditSink::Turn turn = sink_->Due(BytesFor(records), now);
  if (turn != AuditSink::Turn::kNone) {
    if (absl::Status turned = TurnTo(turn, now); !turned.ok()) return turned;
  }
  before_ = state_;
  Begin();
  if (!state_.is_open) AddOwn(TrailRecord::Action::kOpen, opened_because_, now);
  // A place may have kept a record and not the checkpoint behind it.
  if (IsCheckpointFull()) AddOwn(TrailRecord::Action::kCheckpoint, {}, now);
  for (const UnnumberedRecord* const record : records) {
    if (filter_.Wants(record->kind)) Add(*record, false, now);
  }
  AddCheckpointIfDue(now);
  absl::Status written = WriteOut();
  has_written_ = written.ok() && !buffer_.empty();
  return written;
}

// The records that are to be written fit into the place with these.
std::size_t SinkWriter::BytesFor(std::span<const UnnumberedRecord* const> records) const {
  std::size_t bytes = 0;
  for (const UnnumberedRecord* const record : records) {
    if (filter_.Wants(record->kind)) bytes += record->line.size() + kMostChainBytes;
  }
  return bytes;
}

absl::Status SinkWriter::TurnTo(AuditSink::Turn turn, absl::Time now) {
  if (turn != AuditSink::Turn::kVanished && state_.is_open) {
    Begin();
    AddOwn(TrailRecord::Action::kClose, ToString(turn), now);
    // Without it the file ends as after a crash: nothing is lost, and the next one may have room.
    if (WriteOut().ok()) state_.is_open = false;
  }
  auto opening = sink_->Next(turn, now);
  if (opening.ok()) {
    opening_ = *std::move(opening);
    opened_because_ = ToString(turn);
    state_.is_open = false;
    state_.records = 0;
    return absl::OkStatus();
  }
  if (turn != AuditSink::Turn::kRotate) return opening.status();
  spdlog::warn("{} stays in use: {}", sink_->name(), std::string(opening.status().message()));
  opening_ = {.place = std::move(opening_.place),
              .remark = std::string(opening.status().message())};
  opened_because_ = ToString(turn);
  return absl::OkStatus();
}

void SinkWriter::Begin() {
  buffer_.clear();
  lines_.clear();
  next_ = state_;
}

void SinkWriter::Add(const UnnumberedRecord& record, bool is_signed, absl::Time now) {
  const std::size_t start = buffer_.size();
  AppendNumbered(record, next_.head.sequence + 1, buffer_);
  next_.head.hash =
      EndRecord(start, next_.head.hash, is_signed ? context_.key.get() : nullptr, buffer_);
  ++next_.head.sequence;
  ++next_.records;
  if (is_signed) {
    next_.unsigned_records = 0;
    next_.signed_at = now;
  } else {
    ++next_.unsigned_records;
  }
  lines_.push_back({buffer_.size(), next_});
  if (IsCheckpointFull()) AddOwn(TrailRecord::Action::kCheckpoint, {}, now);
}

bool SinkWriter::IsCheckpointFull() const {
  return context_.key != nullptr && next_.unsigned_records >= kCheckpointRecords;
}

void SinkWriter::AddOwn(TrailRecord::Action action, std::string_view reason, absl::Time now) {
  const RecordId id = RecordId::Generate(now);
  const bool is_signed = context_.key != nullptr;
  TrailRecord record;
  record.time = now;
  record.id = id.text();
  record.action = action;
  record.reason = reason;
  record.place = opening_.place;
  if (action == TrailRecord::Action::kOpen) {
    record.durability = context_.durability;
    record.process = static_cast<std::uint64_t>(getpid());
    record.continues = opening_.continues;
    record.torn = opening_.torn;
    record.torn_bytes = opening_.torn_bytes;
    record.remark = opening_.remark;
    if (is_signed) {
      record.key_id = context_.key->key_id();
      record.checkpoint_records = kCheckpointRecords;
    }
  } else {
    record.records = next_.records + 1;
  }
  next_.is_open = action != TrailRecord::Action::kClose;
  Add(EncodeUnnumbered(record, context_.service), is_signed, now);
}

void SinkWriter::AddCheckpointIfDue(absl::Time now) {
  if (context_.key == nullptr || next_.unsigned_records == 0) return;
  // A clock that was set back must not put the signature off.
  if (absl::AbsDuration(now - next_.signed_at) < kCheckpointInterval) return;
  AddOwn(TrailRecord::Action::kCheckpoint, {}, now);
}

absl::Status SinkWriter::WriteOut() {
  if (buffer_.empty()) return absl::OkStatus();
  AuditSink::Written written = sink_->Write(buffer_);
  const std::size_t bytes = written.status.ok() ? buffer_.size() : written.bytes;
  has_unsynced_ = has_unsynced_ || bytes > 0;
  for (const Line& line : lines_) {
    if (line.end <= bytes) state_ = line.state;
  }
  return std::move(written.status);
}

absl::Status SinkWriter::Sync() {
  if (!has_unsynced_) return absl::OkStatus();
  absl::Status synced = sink_->Sync();
  has_unsynced_ = !synced.ok();
  return synced;
}

void SinkWriter::TakeBack() {
  // The sink would take back an earlier write.
  if (!has_written_) return;
  has_written_ = false;
  if (sink_->TakeBack()) state_ = before_;
}

void SinkWriter::Close(absl::Time now) {
  if (!state_.is_open) return;
  Begin();
  AddOwn(TrailRecord::Action::kClose, "stop", now);
  absl::Status closed = WriteOut();
  if (closed.ok()) {
    state_.is_open = false;
    closed = sink_->Sync();
  }
  if (!closed.ok()) {
    spdlog::error("the trail in {} ends without its closing record: {}", sink_->name(),
                  std::string(closed.message()));
  }
}

}  // namespace certgate
