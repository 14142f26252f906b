#include <certgate/audit_log.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include "src/audit/caller_committer.h"
#include "src/audit/commit_thread.h"
#include "src/audit/committer.h"
#include "src/audit/decision_encoder.h"
#include "src/audit/denial_counter.h"
#include "src/audit/denial_limiter.h"
#include "src/audit/prepared_record.h"
#include "src/audit/record_buffer.h"
#include "src/audit/record_encoder.h"
#include "src/audit/sink_group.h"
#include "src/audit/sink_writer.h"
#include "src/audit/ticker.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxQueueCapacity = std::size_t{1} << 20;

absl::Status NotWritten(std::string_view why) noexcept {
  try {
    return absl::UnavailableError("the audit record was not written: " + std::string(why));
  } catch (const std::exception&) {
    return absl::Status(absl::StatusCode::kUnavailable, "");
  }
}

std::string_view ToString(Durability durability) {
  switch (durability) {
    case Durability::kFsync:
      return "fsync";
    case Durability::kAsync:
      return "async";
    case Durability::kWrite:
      break;
  }
  return "write";
}

bool TakesAllDecisions(const AuditPlace& place) {
  return place.is_required && place.filter.Wants(RecordKind::kAllowed) &&
         place.filter.Wants(RecordKind::kDenied) && place.filter.Wants(RecordKind::kRevoked);
}

absl::Status CheckOptions(const AuditOptions& options) {
  if (options.places.empty()) {
    return absl::InvalidArgumentError(
        "the audit log has no place to write to; give it a file or standard output");
  }
  for (const AuditPlace& place : options.places) {
    if (place.sink == nullptr) {
      return absl::InvalidArgumentError("an audit sink is null; pass only sinks that were opened");
    }
  }
  if (std::none_of(options.places.begin(), options.places.end(), &TakesAllDecisions)) {
    return absl::InvalidArgumentError(
        "no required place of the audit log takes the records of all decisions; give one that "
        "does");
  }
  if (options.queue_capacity < 1 || options.queue_capacity > kMaxQueueCapacity) {
    return absl::InvalidArgumentError("a queue of audit records holds 1 to " +
                                      std::to_string(kMaxQueueCapacity) + ", not " +
                                      std::to_string(options.queue_capacity));
  }
  return CheckLimits(options.denials);
}

// Where the counts of denials survive a kill of the process: beside the first file that they are
// recorded in.
std::string FileForCounts(const std::vector<AuditPlace>& places) {
  for (const AuditPlace& place : places) {
    if (!place.is_required || !place.filter.Wants(RecordKind::kSuppressed)) continue;
    if (std::string path = place.sink->path(); !path.empty()) return path;
  }
  return {};
}

}  // namespace

struct AuditLog::Parts {
  TrailContext context;
  bool may_wait = false;
  // Each belongs to its committer.
  std::vector<SinkGroup*> groups;
  struct Optional {
    AuditFilter filter;
    std::unique_ptr<CommitThread> thread;
  };
  std::vector<Optional> optional;
  SinkGroup* required_group = nullptr;
  std::unique_ptr<Committer> required;
  // Null if each denial has a record of its own.
  std::unique_ptr<DenialCounter> denials;
  std::function<void(const AuditStatus&)> on_change;
  bool was_writable = true;  // as told; of the ticker alone
  // Last, so that it stops first.
  Ticker ticker;

  void Encode(const DecisionRecord& record, UnnumberedRecord& encoded) const {
    if (record.prepared != nullptr && record.prepared->Encode(record, encoded)) return;
    encoded.line.clear();
    EncodeDecision(record, context.service, encoded);
  }

  void Tick() noexcept {
    required->Tick();
    static_cast<void>(FlushDenials());
    for (const Optional& one : optional) one.thread->Tick();
    TellChange();
  }

  absl::Status FlushDenials() noexcept {
    if (denials == nullptr) return absl::OkStatus();
    return denials->Flush([this](const SuppressedRecord& record) {
      return required->AppendIfThereIsRoom(EncodeUnnumbered(record, context.service));
    });
  }

  void CloseDenials() noexcept {
    if (denials == nullptr || !denials->Close() || FlushDenials().ok()) return;
    spdlog::error("{} denials that were counted are not recorded", denials->unrecorded());
  }

  // Not by the thread that found out, which others wait for.
  void TellChange() noexcept {
    if (on_change == nullptr) return;
    try {
      const AuditStatus now = required_group->status();
      if (now.is_writable == was_writable) return;
      on_change(now);
      was_writable = now.is_writable;
    } catch (const std::exception& error) {
      spdlog::error("nobody could be told whether the audit log can be written: {}", error.what());
    }
  }

  void OfferToOptional(SinkGroup::Records records) const noexcept {
    for (const Optional& one : optional) {
      for (const UnnumberedRecord* const record : records) {
        if (one.filter.Wants(record->kind)) one.thread->Offer(*record);
      }
    }
  }

  void AddOptional(AuditPlace place, std::size_t capacity) {
    std::vector<std::unique_ptr<SinkWriter>> writers;
    writers.push_back(std::make_unique<SinkWriter>(std::move(place.sink), place.filter, context));
    const std::string name = writers.front()->name();
    auto group = std::make_unique<SinkGroup>(SinkGroup::Options{
        .writers = std::move(writers),
        .service = context.service,
        .on_failure = SinkGroup::OnFailure::kRetried,
        .syncs = false,
        .on_change = [name](const AuditStatus& status) { LogOptional(name, status); },
        .on_written = nullptr});
    groups.push_back(group.get());
    optional.push_back({.filter = place.filter,
                        .thread = std::make_unique<CommitThread>(
                            std::move(group), CommitThread::Options{.counts_once_queued = true,
                                                                    .on_full = OnFull::kDrop,
                                                                    .capacity = capacity,
                                                                    .service = context.service})});
  }

  static void LogOptional(const std::string& name, const AuditStatus& status) {
    if (status.is_writable) {
      spdlog::info("{}, which is not required, can be written again", name);
    } else {
      spdlog::warn("{}, which is not required, cannot be written: {}", name, status.error);
    }
  }
};

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Create(AuditOptions options) {
  if (absl::Status good = CheckOptions(options); !good.ok()) return good;
  try {
    return CreateOrThrow(std::move(options));
  } catch (const std::exception& error) {
    return absl::UnavailableError("the audit log cannot be opened: " + std::string(error.what()));
  } catch (...) {
    return absl::UnavailableError("the audit log cannot be opened: unknown exception");
  }
}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::CreateOrThrow(AuditOptions options) {
  auto parts = std::make_unique<Parts>();
  parts->context.service = {options.service.name, options.service.version};
  parts->context.durability = ToString(options.durability);
  parts->may_wait = options.durability == Durability::kFsync;
  if (!options.signing_key.empty()) {
    auto key = SigningKey::Load(options.signing_key);
    if (!key.ok()) return key.status();
    parts->context.key = *std::move(key);
  }

  const std::string file_for_counts = FileForCounts(options.places);
  std::vector<std::unique_ptr<SinkWriter>> required;
  for (AuditPlace& place : options.places) {
    if (place.is_required) {
      required.push_back(
          std::make_unique<SinkWriter>(std::move(place.sink), place.filter, parts->context));
    } else {
      parts->AddOptional(std::move(place), options.queue_capacity);
    }
  }
  const bool is_queued = options.durability == Durability::kAsync;
  auto group = std::make_unique<SinkGroup>(SinkGroup::Options{
      .writers = std::move(required),
      .service = parts->context.service,
      .on_failure = is_queued ? SinkGroup::OnFailure::kRetried : SinkGroup::OnFailure::kRefused,
      .syncs = options.durability == Durability::kFsync,
      .on_change = [&parts = *parts](const AuditStatus&) { parts.ticker.Poke(); },
      .on_written = [&parts =
                         *parts](SinkGroup::Records records) { parts.OfferToOptional(records); }});
  // The record that opens the trail: a place that cannot be written is told now.
  if (absl::Status opened = group->Commit({}); !opened.ok()) return opened;
  parts->required_group = group.get();
  parts->groups.push_back(group.get());
  if (options.durability == Durability::kWrite) {
    parts->required = std::make_unique<CallerCommitter>(std::move(group));
  } else {
    parts->required = std::make_unique<CommitThread>(
        std::move(group),
        CommitThread::Options{.counts_once_queued = is_queued,
                              .on_full = is_queued ? options.on_full : OnFull::kBlock,
                              .capacity = options.queue_capacity,
                              .service = parts->context.service});
  }
  parts->denials = OpenDenialCounter(options.denials, file_for_counts);
  // What an earlier process left.
  static_cast<void>(parts->FlushDenials());
  parts->on_change = std::move(options.on_change);
  parts->ticker.Start([&parts = *parts] { parts.Tick(); });
  parts->ticker.Poke();
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(parts)));
}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::OpenFile(const std::string& path,
                                                             Service service) {
  absl::StatusOr<std::unique_ptr<AuditSink>> file = OpenAuditFile({.path = path});
  if (!file.ok()) return file.status();
  AuditOptions options;
  options.places.push_back({.sink = *std::move(file)});
  options.service = std::move(service);
  return Create(std::move(options));
}

AuditLog::AuditLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

AuditLog::~AuditLog() { Close(); }

template <typename Record>
absl::Status AuditLog::AppendAny(const Record& record) noexcept {
  try {
    return parts_->required->Append(EncodeUnnumbered(record, parts_->context.service));
  } catch (const std::exception& error) {
    return NotWritten(error.what());
  } catch (...) {
    return NotWritten("unknown exception");
  }
}

std::shared_ptr<const PreparedRecord> AuditLog::Prepare(const DecisionRecord& record) const {
  return PreparedRecord::Of(record, parts_->context.service);
}

// A decision that is counted is recorded: nothing can fail any more.
bool AuditLog::IsCounted(const DecisionRecord& record, RecordId* counted_in) noexcept {
  if (record.action != DecisionAction::kAuthorize || record.effect != Effect::kDeny) return false;
  if (parts_->denials == nullptr) return false;
  const std::optional<RecordId> id = parts_->denials->Count(record);
  if (id.has_value() && counted_in != nullptr) *counted_in = *id;
  return id.has_value();
}

absl::Status AuditLog::Append(const DecisionRecord& record, RecordId* counted_in) noexcept {
  if (IsCounted(record, counted_in)) return absl::OkStatus();
  try {
    RecordBuffer encoded;
    parts_->Encode(record, *encoded);
    return parts_->required->Append(std::move(*encoded));
  } catch (const std::exception& error) {
    return NotWritten(error.what());
  } catch (...) {
    return NotWritten("unknown exception");
  }
}

absl::Status AuditLog::Append(const PolicyLoadRecord& record) noexcept { return AppendAny(record); }

absl::Status AuditLog::Append(const HandshakeRecord& record) noexcept { return AppendAny(record); }

std::optional<absl::Status> AuditLog::Append(const DecisionRecord& record, WhenKnown when_known,
                                             RecordId* counted_in) noexcept {
  if (IsCounted(record, counted_in)) return absl::OkStatus();
  try {
    RecordBuffer encoded;
    parts_->Encode(record, *encoded);
    return parts_->required->Append(std::move(*encoded), std::move(when_known));
  } catch (const std::exception& error) {
    return NotWritten(error.what());
  } catch (...) {
    return NotWritten("unknown exception");
  }
}

bool AuditLog::may_wait() const { return parts_->may_wait; }

void AuditLog::Reopen() noexcept {
  for (SinkGroup* const group : parts_->groups) group->AskToReopen();
  parts_->ticker.Poke();
}

AuditStatus AuditLog::status() const {
  AuditStatus status = parts_->required_group->status();
  status.queued = parts_->required->queued();
  if (const auto* thread = dynamic_cast<const CommitThread*>(parts_->required.get())) {
    status.dropped = thread->dropped();
    status.failed += thread->refused();
  }
  for (const Parts::Optional& one : parts_->optional) {
    status.dropped += one.thread->dropped();
    status.queued += one.thread->queued();
  }
  if (parts_->denials != nullptr) status.suppressed = parts_->denials->counted();
  return status;
}

DurationFigures AuditLog::write_durations() const {
  return parts_->required_group->write_durations();
}

void AuditLog::Close() noexcept {
  parts_->ticker.Stop();
  parts_->CloseDenials();
  parts_->required->Close();
  for (const Parts::Optional& one : parts_->optional) one.thread->Close();
}

}  // namespace certgate
