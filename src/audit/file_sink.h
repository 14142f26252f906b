#ifndef CERTGATE_SRC_AUDIT_FILE_SINK_H_
#define CERTGATE_SRC_AUDIT_FILE_SINK_H_

#include <certgate/audit_sink.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "src/audit/closed_files_keeper.h"
#include "src/audit/line_writer.h"
#include "src/audit/open_file.h"
#include "src/audit/trail_end.h"

namespace certgate {

/// Appends to one file after the other, each at the same path; see `OpenAuditFile`.
class FileSink final : public AuditSink {
 public:
  /// `path` is absolute: the process may change its directory. `end` is how `file` ends.
  FileSink(AuditFileOptions options, std::string path, OpenFile file, TrailEnd end);

  Written Write(std::string_view lines) override;
  absl::Status Sync() override;
  bool TakeBack() override;
  bool can_take_back() const override { return current_.is_regular; }
  std::string name() const override { return "audit file `" + options_.path + "`"; }
  std::string path() const override { return current_.is_regular ? path_ : std::string(); }
  Opening Open() override;
  Turn Due(std::size_t bytes, absl::Time now) override;
  absl::StatusOr<Opening> Next(Turn reason, absl::Time now) override;
  void AskToReopen() noexcept override { reopen_asked_ = true; }

 private:
  /// What is known of the file that is written to. It begins anew with each file.
  struct Knowledge {
    /// When its first record was written.
    std::optional<absl::Time> first_record;
    std::uint64_t unsynced_writes = 0;
    /// A sync failed: whether the writes before it are on the disk can never be known.
    bool is_unproven = false;
    /// Whether the directory may not have the file's name on the disk.
    bool directory_is_unsynced = true;
    bool others_were_noticed = false;
    /// When it was last looked whether it is still there, and whether somebody else has written.
    absl::Time looked_at = absl::InfinitePast();
  };

  bool IsAtItsPath() const;
  bool IsTimeToLook(absl::Time now) const;
  bool IsRotationDue(std::size_t bytes, absl::Time now);
  void NoticeOthers(std::uint64_t size);
  absl::StatusOr<Opening> RotateAt(absl::Time now);
  absl::StatusOr<Opening> Reopen(Turn reason);
  /// Cuts the torn line off `current_` and learns what it holds.
  void Begin(const TrailEnd& end, Opening& opening);
  void LeaveCurrent();
  void LookAfterPlace();

  const AuditFileOptions options_;
  const std::string path_;
  OpenFile current_;
  std::unique_ptr<LineWriter> lines_;
  Knowledge known_;
  TrailEnd end_at_start_;
  std::atomic<bool> reopen_asked_ = false;
  bool is_synced_by_owner_ = false;
  absl::Time rotation_failed_ = absl::InfinitePast();
  absl::Time last_rotation_ = absl::InfinitePast();
  std::unique_ptr<ClosedFilesKeeper> keeper_;
  std::shared_ptr<const FilePlace> kept_place_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_FILE_SINK_H_
