#include "src/audit/file_sink.h"

#include <absl/status/status.h>
#include <absl/time/clock.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "src/audit/closed_files.h"
#include "src/audit/file_options.h"
#include "src/audit/file_state.h"
#include "src/audit/rotated_names.h"
#include "src/audit/rotation.h"
#include "src/audit/trail_opening.h"
#include "src/audit/trail_position.h"

namespace certgate {
namespace {

// Room for the record that closes a file.
constexpr std::uint64_t kClosingBytes = 2048;
// A file with little more than the record that opens it is not worth a rotation, however much
// comes.
constexpr std::uint64_t kOpeningBytes = 16384;
constexpr absl::Duration kPauseAfterFailure = absl::Minutes(1);
// How often it is looked at what became of the file. To look before each write was a tenth of what
// a record costs, and whoever deletes the file takes all that was written to it before as well.
constexpr absl::Duration kLookInterval = absl::Milliseconds(10);

// fsync(2) and fdatasync(2) that go on after an interruption. Some file systems cannot sync a
// directory, and say EINVAL.
int SyncFile(int fd) {
  while (fdatasync(fd) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int SyncDirectory(int fd) {
  while (fsync(fd) != 0) {
    if (errno == EINVAL) return 0;
    if (errno != EINTR) return errno;
  }
  return 0;
}

absl::Status CannotSync(const std::string& why) {
  return absl::UnavailableError("cannot sync: " + why);
}

bool EndsWithNewline(int fd, std::uint64_t size) {
  char last = '\0';
  return size == 0 || (pread(fd, &last, 1, static_cast<off_t>(size - 1)) == 1 && last == '\n');
}

// The time of the newest file that certgate closed.
absl::Time LastRotation(const FilePlace& place) {
  absl::Time last = absl::InfinitePast();
  const absl::StatusOr<std::vector<ClosedFile>> files = ListClosedFiles(place);
  if (!files.ok()) return last;
  for (const ClosedFile& file : *files) {
    if (file.name.by == NamedBy::kCertgate) last = std::max(last, file.name.time());
  }
  return last;
}

bool IsSamePlace(const FilePlace& a, const FilePlace& b) {
  struct stat first = {};
  struct stat second = {};
  return a.name == b.name && fstat(a.directory.get(), &first) == 0 &&
         fstat(b.directory.get(), &second) == 0 && FileIdentity(first) == FileIdentity(second);
}

}  // namespace

FileSink::FileSink(AuditFileOptions options, std::string path, OpenFile file, TrailEnd end)
    : options_(std::move(options)),
      path_(std::move(path)),
      current_(std::move(file)),
      lines_(std::make_unique<LineWriter>(current_.file.get())),
      end_at_start_(std::move(end)) {}

AuditSink::Written FileSink::Write(std::string_view lines) {
  Written written = lines_->Write(lines);
  if (written.bytes == 0) return written;
  ++known_.unsynced_writes;
  if (!known_.first_record) known_.first_record = absl::Now();
  return written;
}

absl::Status FileSink::Sync() {
  if (!current_.is_regular) return absl::OkStatus();
  is_synced_by_owner_ = true;
  // The kernel tells a failure once and then calls the lost pages clean (fsync(2)): a later success
  // says nothing about what was written before the failure.
  if (known_.is_unproven) {
    return CannotSync("an earlier sync failed, and what was written before it cannot be proved");
  }
  if (const int error = SyncFile(current_.file.get()); error != 0) {
    known_.is_unproven = known_.unsynced_writes > 0;
    return CannotSync(std::system_category().message(error));
  }
  known_.unsynced_writes = 0;
  if (known_.directory_is_unsynced) {
    const int error = SyncDirectory(current_.place->directory.get());
    if (error != 0) return CannotSync("its directory: " + std::system_category().message(error));
    known_.directory_is_unsynced = false;
  }
  return absl::OkStatus();
}

bool FileSink::TakeBack() {
  if (!lines_->TakeBack()) return false;
  if (known_.unsynced_writes > 0) --known_.unsynced_writes;
  if (known_.unsynced_writes == 0) known_.is_unproven = false;  // nothing of it is left
  return true;
}

AuditSink::Opening FileSink::Open() {
  if (!current_.is_regular) return {.place = options_.path};
  Opening opening = FindOpening(current_, end_at_start_, options_.path);
  Begin(end_at_start_, opening);
  return opening;
}

AuditSink::Turn FileSink::Due(std::size_t bytes, absl::Time now) {
  if (current_.is_regular && IsTimeToLook(now)) {
    const std::optional<FileState> state = FileState::Of(current_.file.get());
    if (!state) return Turn::kNone;  // the next write tells
    if (state->links == 0) return Turn::kVanished;
    NoticeOthers(state->bytes);
    known_.looked_at = now;
  }
  if (reopen_asked_.exchange(false) && !IsAtItsPath()) {
    reopen_asked_ = true;  // until it succeeds
    return Turn::kReopen;
  }
  if (!current_.is_regular || !IsRotationDue(bytes, now)) return Turn::kNone;
  const bool has_just_failed =
      now >= rotation_failed_ && now < rotation_failed_ + kPauseAfterFailure;
  if (has_just_failed) return Turn::kNone;
  // What another tool has moved away already is rotated.
  return IsAtItsPath() ? Turn::kRotate : Turn::kReopen;
}

absl::StatusOr<AuditSink::Opening> FileSink::Next(Turn reason, absl::Time now) {
  return reason == Turn::kRotate ? RotateAt(now) : Reopen(reason);
}

bool FileSink::IsAtItsPath() const {
  struct stat status = {};
  return stat(path_.c_str(), &status) == 0 && FileIdentity(status) == current_.identity;
}

// A clock that was set back must not put it off.
bool FileSink::IsTimeToLook(absl::Time now) const {
  return absl::AbsDuration(now - known_.looked_at) >= kLookInterval;
}

bool FileSink::IsRotationDue(std::size_t bytes, absl::Time now) {
  if (!IsRotated(options_) || !known_.first_record) return false;
  // A clock that was set back must not put the rotation off.
  known_.first_record = std::min(*known_.first_record, now);
  if (now - *known_.first_record >= options_.rotate_age || known_.is_unproven) return true;
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(lines_->end(), 0));
  return options_.rotate_bytes > 0 && size > kOpeningBytes &&
         size + bytes + kClosingBytes > options_.rotate_bytes;
}

void FileSink::NoticeOthers(std::uint64_t size) {
  const int fd = current_.file.get();
  const off_t own_end = lines_->end();
  if (own_end == static_cast<off_t>(size)) return;
  lines_->NoteForeignEnd(!EndsWithNewline(fd, size));
  lseek(fd, static_cast<off_t>(size), SEEK_SET);
  if (std::exchange(known_.others_were_noticed, true)) return;
  spdlog::warn("{}: another process {} it ({} bytes, not {}); certgate must be the only writer",
               name(), static_cast<off_t>(size) < own_end ? "has cut" : "has written to", size,
               own_end);
}

absl::StatusOr<AuditSink::Opening> FileSink::RotateAt(absl::Time now) {
  const FilePlace& place = *current_.place;
  const RotatedNames names(place.name);
  // The order of the names is that of the trail, also if the clock was set back.
  const absl::Time time = std::max(absl::FromUnixMicros(absl::ToUnixMicros(now)),
                                   last_rotation_ + absl::Microseconds(1));
  const std::string closed = names.ForTime(time);
  absl::StatusOr<OpenFile> next = absl::OutOfRangeError("the clock is wrong");
  if (names.Parse(closed)) next = Rotate(current_, closed);
  if (!next.ok()) {
    rotation_failed_ = now;
    if (absl::IsAlreadyExists(next.status())) last_rotation_ = time;
    return absl::Status(next.status().code(),
                        "cannot rotate " + name() + ": " + std::string(next.status().message()) +
                            "; it is written to as before and tried again in a minute");
  }
  last_rotation_ = time;
  LeaveCurrent();
  current_ = *std::move(next);
  lines_ = std::make_unique<LineWriter>(current_.file.get());
  known_ = Knowledge();
  if (keeper_) keeper_->Look();
  return Opening{.place = options_.path, .continues = closed};
}

absl::StatusOr<AuditSink::Opening> FileSink::Reopen(Turn reason) {
  Opening opening = {.place = options_.path};
  if (reason == Turn::kReopen && IsAtItsPath()) {
    reopen_asked_ = false;
    return opening;
  }
  absl::StatusOr<OpenFile> next = OpenForAppending(path_);
  if (!next.ok()) return next.status();
  absl::StatusOr<TrailEnd> end = TrailEnd();
  if (next->is_regular) {
    end = ReadTrailEnd(next->file.get());
    if (!end.ok()) {
      return CannotOpen(path_, end.status().code(), std::string(end.status().message()));
    }
    if (current_.is_regular) opening.continues = NameNow(current_, *next->place);
    if (!end->last_line.empty()) AddRemark("the file held other lines before", opening);
  }
  if (reason == Turn::kVanished) {
    AddRemark("the file before was deleted, with the records in it", opening);
  }
  LeaveCurrent();
  current_ = *std::move(next);
  lines_ = std::make_unique<LineWriter>(current_.file.get());
  known_ = Knowledge();
  reopen_asked_ = false;
  if (current_.is_regular) Begin(*end, opening);
  return opening;
}

void FileSink::Begin(const TrailEnd& end, Opening& opening) {
  if (!CutTornLine(current_, end, opening)) lines_->NoteForeignEnd(true);
  LookAfterPlace();
  if (end.last_line.empty()) return;
  known_.first_record = ReadTimestamp(ReadFirstLine(current_.file.get())).value_or(absl::Now());
}

// Whoever has records synced relies on it that all are; the last ones may not be yet.
void FileSink::LeaveCurrent() {
  if (!is_synced_by_owner_ || !current_.is_regular || known_.unsynced_writes == 0) return;
  const int error = SyncFile(current_.file.get());
  if (error == 0) return;
  spdlog::error("{}: the last records of the closed file may not survive a power cut: {}", name(),
                std::system_category().message(error));
}

// Once for each place: what the keeper is about to make there is no leftover.
void FileSink::LookAfterPlace() {
  if (kept_place_ && IsSamePlace(*kept_place_, *current_.place)) return;
  keeper_.reset();
  kept_place_ = current_.place;
  RemoveLeftovers(*current_.place, current_.identity);
  last_rotation_ = LastRotation(*current_.place);
  const bool has_work = IsRotated(options_) || PackingFor(options_) != Packing::kNone ||
                        RetentionFor(options_).is_limited();
  if (!has_work) return;
  try {
    keeper_ = std::make_unique<ClosedFilesKeeper>(current_.place, PackingFor(options_),
                                                  RetentionFor(options_));
  } catch (const std::exception& error) {
    spdlog::error("{}: closed files are neither compressed nor deleted: {}", name(), error.what());
  }
}

absl::StatusOr<std::unique_ptr<AuditSink>> OpenAuditFile(AuditFileOptions options) {
  absl::Status status = CheckFileOptions(options);
  if (!status.ok()) return status;
  absl::StatusOr<OpenFile> file = OpenForAppending(options.path);
  if (!file.ok()) return file.status();
  status = CheckFileAllows(options, *file);
  if (!status.ok()) return status;
  absl::StatusOr<TrailEnd> end = TrailEnd();
  if (file->is_regular) end = ReadTrailEnd(file->file.get());
  if (!end.ok()) {
    return CannotOpen(options.path, end.status().code(), std::string(end.status().message()));
  }
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(options.path, error);
  if (error) return CannotOpen(options.path, absl::StatusCode::kUnavailable, error.message());
  return std::make_unique<FileSink>(std::move(options), path.string(), *std::move(file),
                                    *std::move(end));
}

}  // namespace certgate
