#ifndef CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_
#define CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_

#include <certgate/reloader.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "src/authorization/expiry_warnings.h"
#include "src/authorization/file_watch.h"
#include "src/authorization/fingerprint.h"
#include "src/authorization/load_files.h"
#include "src/authorization/load_report.h"
#include "src/authorization/source_reader.h"

namespace certgate {

/// The TLS material in force, for gRPC's threads, which may ask for it after the reloader has gone.
class MaterialCell {
 public:
  std::shared_ptr<const TlsMaterial> Get() const {
    const std::lock_guard lock(mutex_);
    return material_;
  }
  void Set(std::shared_ptr<const TlsMaterial> material) {
    const std::lock_guard lock(mutex_);
    material_.swap(material);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsMaterial> material_;  // guarded by mutex_
};

/// Reads the files, takes over what is good, and reports. All but `AskForReload` and `status`
/// belongs to one thread: that of the start, and then the one that `StartThread` starts.
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
  const std::shared_ptr<Authorizer>& authorizer() const { return authorizer_; }
  std::shared_ptr<const MaterialCell> material() const { return material_; }

 private:
  /// Files that are taken over together.
  struct Part {
    explicit Part(LoadedPart which_part) : which(which_part) {}

    const LoadedPart which;
    /// As they were when they were last looked at closely, good or not, and as they are in force.
    Fingerprint tried;
    Fingerprint in_force;
    std::vector<Diagnostic> errors;
    absl::Time failing_since = absl::InfinitePast();
    absl::Time loaded_at = absl::InfinitePast();
  };

  void Run() noexcept;
  LoadTrigger WaitForReason();
  /// Reads the files and takes over what has changed. False if somebody is writing one of them, so
  /// that they have to be read again.
  bool Look(LoadTrigger trigger);
  bool IsSettled(LoadTrigger trigger, bool has_new_files, const Fingerprint& rules,
                 const Fingerprint& key_pair);
  void WatchFiles();
  void ReadRules(SourceReader& files) const;
  void ReadKeyPair(SourceReader& files) const;
  bool NoteAuthorityFiles(const RulesLoad& load, Fingerprint& fingerprint);

  void TakeRules(LoadTrigger trigger, RulesLoad load, Fingerprint fingerprint);
  void TakeKeyPair(LoadTrigger trigger, KeyPairLoad load, Fingerprint fingerprint);
  void TellAccess(const RulesLoad& load, LoadReport& report) const;
  absl::Status PutInForce(const RulesLoad& load, const Fingerprint& fingerprint);
  std::shared_ptr<const Trust> TrustFor(const RulesLoad& load,
                                        const Fingerprint& fingerprint) const;
  LoadReport Begin(const Part& part, LoadTrigger trigger, const Fingerprint& now) const;
  void Succeed(Part& part, Fingerprint fingerprint, LoadReport report);
  void Fail(Part& part, Fingerprint fingerprint, LoadReport report);
  void TellOrKeep(LoadReport report);
  void UpdateMaterial();
  void UpdateStatus();
  void WarnOfExpiries();
  std::vector<Expiry> Expiries() const;

  const ReloaderOptions options_;
  const std::unique_ptr<FileWatch> watch_;
  std::shared_ptr<Authorizer> authorizer_;
  const std::shared_ptr<MaterialCell> material_ = std::make_shared<MaterialCell>();

  Part rules_{LoadedPart::kRules};
  Part key_pair_{LoadedPart::kKeyPair};
  // Of the policy in force, to compare the next one with.
  std::string policy_text_;
  std::map<std::string, SourceReader::Content> authority_contents_;
  // CA files of authorities, of the policy in force and of one that was refused.
  std::vector<std::string> authority_files_;
  KeyPairLoad pair_in_force_;
  std::vector<std::string> unwatched_;
  int unsettled_looks_ = 0;
  ExpiryWarnings expiry_warnings_;
  // Why the files have to be read again, if somebody was writing when they were.
  std::optional<LoadTrigger> owed_;
  // Of the start, which are told when it is known whether there is one.
  std::vector<LoadReport> untold_;
  // Since the start.
  std::uint64_t loads_ = 0;
  std::uint64_t failures_ = 0;

  mutable std::mutex status_mutex_;
  ReloadStatus status_;  // guarded by status_mutex_
  std::atomic<bool> reload_asked_{false};
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_RELOAD_WORKER_H_
