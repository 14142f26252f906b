#ifndef CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_
#define CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_

#include <absl/time/time.h>
#include <certgate/reloader.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "src/authorization/expiry_warnings.h"
#include "src/authorization/file_watch.h"
#include "src/authorization/files_in_force.h"
#include "src/authorization/fingerprint.h"
#include "src/authorization/load_files.h"
#include "src/authorization/load_report.h"
#include "src/authorization/source_reader.h"

namespace certgate {

/// Knows when to read the files, reads them when nobody is writing them, and hands over what has
/// changed. All but `AskForReload` and `status` belongs to one thread: that of the start, and then
/// the one that `StartThread` starts.
class Reloader::Worker {
 public:
  Worker(ReloaderOptions options, std::unique_ptr<FileWatch> watch);
  ~Worker();

  /// The first reading: true if something is in force now. Adds to `diagnostics` what there is to
  /// say.
  bool LoadFirst(std::vector<Diagnostic>& diagnostics);
  /// Throws std::system_error.
  void StartThread();

  void AskForReload() noexcept;
  ReloadStatus status() const;
  const std::shared_ptr<Authorizer>& authorizer() const { return in_force_.authorizer(); }
  std::shared_ptr<const MaterialCell> material() const { return in_force_.material(); }

 private:
  struct Reading {
    Fingerprint rules;
    Fingerprint key_pair;
  };
  /// What was read, and what of it differs from what was tried last, loaded.
  struct Candidate {
    Reading seen;
    std::optional<RulesLoad> rules;
    std::optional<KeyPairLoad> key_pair;
    bool has_new_files = false;
  };

  void Run() noexcept;
  void LookIfDue() noexcept;
  std::optional<LoadTrigger> WaitForReason();
  void Look(LoadTrigger trigger);
  Candidate Load(LoadTrigger trigger);
  static bool IsGoodAndFresh(const Candidate& found);
  std::optional<Reading> ReadAgain(LoadTrigger trigger, const Candidate& found);
  void RefuseUnsettled(LoadTrigger trigger, const Reading& first, const Reading& second);
  void NoteSettled();
  bool IsWhole(const Fingerprint& first, const Fingerprint& second) const;
  bool IsLate() const;
  void Pause(absl::Duration duration);
  void WatchFiles();
  Fingerprint ReadRules(SourceReader& files) const;
  Fingerprint ReadKeyPair(SourceReader& files) const;
  bool NoteAuthorityFiles(const RulesLoad& load);
  void PublishStatus();
  void WarnOfExpiries() noexcept;

  const ReloaderOptions options_;
  const std::unique_ptr<FileWatch> watch_;
  FilesInForce in_force_;
  // CA files of authorities, of the policy in force and of one that was refused; sorted.
  std::vector<std::string> authority_files_;
  std::vector<std::string> unwatched_;
  ExpiryWarnings expiry_warnings_;

  // Why the files have to be read again, if they could not be read whole.
  std::optional<LoadTrigger> owed_;
  // Since when files have been found half written; on the clock of `SteadyNow`.
  std::optional<absl::Time> unsettled_since_;
  // So that it is told once.
  bool has_told_unsettled_ = false;
  absl::Time next_poll_ = absl::InfinitePast();
  absl::Time next_warnings_ = absl::InfinitePast();
  bool has_new_status_ = false;
  // The same for readings that do not come to their end.
  bool fails_to_look_ = false;

  mutable std::mutex status_mutex_;
  ReloadStatus status_;  // guarded by status_mutex_
  std::atomic<bool> reload_asked_{false};
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_
