#include "src/audit/sink_group.h"

#include <absl/time/clock.h>
#include <certgate/record_id.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace certgate {
namespace {

// Without memory for the message the code alone must do: it is what refuses the call.
absl::Status NotWritten(std::string_view place, std::string_view cause) noexcept {
  try {
    std::string message = "the audit record was not written to ";
    message.append(place).append(": ").append(cause);
    return absl::UnavailableError(message);
  } catch (const std::exception&) {
    return absl::Status(absl::StatusCode::kUnavailable, "");
  }
}

// Records whose calls are refused. What counts others comes again.
std::size_t LostOf(SinkGroup::Records records) {
  return static_cast<std::size_t>(std::count_if(
      records.begin(), records.end(),
      [](const UnnumberedRecord* record) { return record->kind != RecordKind::kSuppressed; }));
}

// Does `step` of `writer`. Of a failure, or of what the sink throws, the message names the place.
// May throw because of the sink's name; `Commit` catches it.
template <typename Step>
absl::Status Do(const Step& step, const SinkWriter& writer) {
  try {
    const absl::Status status = step();
    return status.ok() ? status : NotWritten(writer.name(), std::string(status.message()));
  } catch (const std::exception& error) {
    return NotWritten(writer.name(), error.what());
  } catch (...) {
    return NotWritten(writer.name(), "unknown exception");
  }
}

}  // namespace

SinkGroup::SinkGroup(Options options) : options_(std::move(options)) {
  // What can take a record back comes first: it is asked to when a later one fails.
  std::stable_partition(options_.writers.begin(), options_.writers.end(),
                        [](const auto& writer) { return writer->can_take_back(); });
}

absl::Status SinkGroup::Commit(Records records) noexcept {
  absl::Status status;
  try {
    status = CommitOrThrow(records);
  } catch (const std::exception& error) {
    status = NotWritten("all its places", error.what());
  } catch (...) {
    status = NotWritten("all its places", "unknown exception");
  }
  if (status.ok()) {
    NoteWritten(records.size());
  } else {
    NoteFailed(status, LostOf(records));
  }
  return status;
}

absl::Status SinkGroup::CommitOrThrow(Records records) {
  const absl::Time now = absl::Now();
  batch_.clear();
  const std::optional<UnnumberedRecord> outage = OutageRecord(now);
  if (outage.has_value()) batch_.push_back(&*outage);
  batch_.insert(batch_.end(), records.begin(), records.end());
  absl::Status written = WriteAll(batch_, now);
  if (written.ok() && options_.on_written != nullptr) options_.on_written(batch_);
  return written;
}

absl::Status SinkGroup::WriteAll(Records records, absl::Time now) {
  std::optional<DurationTimer> timer;
  if (!records.empty()) timer.emplace(write_durations_);
  std::size_t count = 0;
  try {
    for (; count < options_.writers.size(); ++count) {
      SinkWriter& writer = *options_.writers[count];
      absl::Status written = Do([&] { return writer.Write(records, now); }, writer);
      if (written.ok()) continue;
      TakeBack(count);
      return written;
    }
    if (options_.syncs) {
      absl::Status synced = SyncAll();
      if (!synced.ok()) TakeBack(count);
      return synced;
    }
  } catch (...) {
    TakeBack(count);
    throw;
  }
  return absl::OkStatus();
}

absl::Status SinkGroup::SyncAll() {
  for (const auto& writer : options_.writers) {
    absl::Status synced = Do([&] { return writer->Sync(); }, *writer);
    if (!synced.ok()) return synced;
  }
  return absl::OkStatus();
}

// Of the first `writers`, the others have taken nothing.
void SinkGroup::TakeBack(std::size_t writers) noexcept {
  for (std::size_t i = 0; i < writers; ++i) {
    try {
      options_.writers[i]->TakeBack();
    } catch (...) {
      spdlog::error("audit records of calls that were refused could not be taken back");
    }
  }
}

std::optional<UnnumberedRecord> SinkGroup::OutageRecord(absl::Time now) const {
  if (unrecorded_ == 0) return std::nullopt;
  const AuditStatus failing = status();
  const RecordId id = RecordId::Generate(now);
  SuppressedRecord record;
  record.time = now;
  record.id = id.text();
  record.cause = SuppressedRecord::Cause::kUnwritable;
  record.count = unrecorded_;
  record.since = failing.failing_since;
  record.until = now;
  record.error = failing.error;
  return EncodeUnnumbered(record, options_.service);
}

void SinkGroup::NoteWritten(std::size_t records) noexcept {
  unrecorded_ = 0;
  AuditStatus changed;
  {
    const std::lock_guard lock(mutex_);
    status_.records += records;
    if (status_.is_writable) return;
    status_.is_writable = true;
    status_.error.clear();
    status_.failing_since = absl::InfinitePast();
    changed = status_;
  }
  if (options_.on_change != nullptr) options_.on_change(changed);
}

void SinkGroup::NoteFailed(const absl::Status& status, std::size_t records) noexcept {
  const std::size_t lost = options_.on_failure == OnFailure::kRefused ? records : 0;
  unrecorded_ += lost;
  try {
    AuditStatus changed;
    {
      const std::lock_guard lock(mutex_);
      status_.failed += lost;
      if (!status_.is_writable) return;
      status_.is_writable = false;
      status_.failing_since = absl::Now();
      status_.error = std::string(status.message());
      changed = status_;
    }
    if (options_.on_change != nullptr) options_.on_change(changed);
  } catch (const std::exception& error) {
    spdlog::error("the audit log cannot be written, nor can that be told: {}", error.what());
  }
}

void SinkGroup::Close() noexcept {
  for (const auto& writer : options_.writers) {
    try {
      writer->Close(absl::Now());
    } catch (const std::exception& error) {
      spdlog::error("an audit trail ends without its closing record: {}", error.what());
    } catch (...) {
      spdlog::error("an audit trail ends without its closing record");
    }
  }
}

AuditStatus SinkGroup::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void SinkGroup::AskToReopen() noexcept {
  for (const auto& writer : options_.writers) writer->AskToReopen();
}

}  // namespace certgate
