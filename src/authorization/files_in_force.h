#ifndef CERTGATE_SRC_AUTHORIZATION_FILES_IN_FORCE_H_
#define CERTGATE_SRC_AUTHORIZATION_FILES_IN_FORCE_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/authorizer.h>
#include <certgate/diagnostic.h>
#include <certgate/reloader.h>
#include <certgate/tls_material.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

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

/// What was taken over from the files and what was wrong with them when they were last tried; tells
/// of each take-over and each refusal. There are two parts, which are taken over apart from each
/// other: the rules (policy, client CAs, CRLs) and the server's key pair. Not thread-safe, but for
/// the authorizer and the material.
///
/// Each function that throws (std::bad_alloc; what the options' clock throws) leaves all as it was:
/// a part is in force whole or not at all, and it was tried only once that was told.
class FilesInForce {
 public:
  /// `options` must outlive this object.
  explicit FilesInForce(const ReloaderOptions& options) : options_(options) { untold_.reserve(2); }

  /// Takes over what was loaded from files that look like `fingerprint`, or, where that has errors,
  /// keeps what was in force.
  void TakeRules(LoadTrigger trigger, RulesLoad load, Fingerprint fingerprint);
  void TakeKeyPair(LoadTrigger trigger, KeyPairLoad load, Fingerprint fingerprint);

  /// Tells of the take-overs and refusals of the start, which are kept until it is known whether
  /// there is one: without it nothing has come into force, although some of the files were good.
  void TellStart(bool is_well) noexcept;

  /// As the files were when they were last taken over or refused.
  const Fingerprint& tried_rules() const { return rules_.tried; }
  const Fingerprint& tried_key_pair() const { return key_pair_.tried; }
  /// What is wrong with the files as they were tried last.
  std::vector<Diagnostic> Errors() const;

  /// Null until rules are in force.
  const std::shared_ptr<Authorizer>& authorizer() const { return authorizer_; }
  /// The CA files of the authorities of the policy in force, as they were read.
  const std::map<std::string, SourceReader::Content>& authority_files() const {
    return authority_files_;
  }
  const std::shared_ptr<MaterialCell>& material() const { return material_; }
  /// Once rules are in force.
  ReloadStatus Status() const;
  std::vector<Expiry> Expiries() const;

 private:
  /// Files that are taken over together.
  struct Part {
    explicit Part(LoadedPart which_part) : which(which_part) {}

    const LoadedPart which;
    Fingerprint tried;
    Fingerprint in_force;
    std::vector<Diagnostic> errors;
    absl::Time failing_since = absl::InfinitePast();
    absl::Time loaded_at = absl::InfinitePast();
  };

  LoadReport Begin(const Part& part, LoadTrigger trigger, const Fingerprint& now) const;
  void Succeed(Part& part, Fingerprint tried, Fingerprint in_force, LoadReport report) noexcept;
  void Fail(Part& part, Fingerprint tried, LoadReport report);
  void TellOrKeep(LoadReport report) noexcept;
  absl::Status PutInForce(const RulesLoad& load, const Fingerprint& fingerprint);
  std::shared_ptr<const Trust> TrustFor(const RulesLoad& load,
                                        const Fingerprint& fingerprint) const;
  void TellAccess(const RulesLoad& load, LoadReport& report) const noexcept;
  std::shared_ptr<const TlsMaterial> NewMaterial(const KeyPairLoad& pair,
                                                 const std::string& client_ca) const;

  const ReloaderOptions& options_;
  std::shared_ptr<Authorizer> authorizer_;
  const std::shared_ptr<MaterialCell> material_ = std::make_shared<MaterialCell>();

  Part rules_{LoadedPart::kRules};
  Part key_pair_{LoadedPart::kKeyPair};
  // Of the policy in force, to compare the next one with.
  std::string policy_text_;
  std::map<std::string, SourceReader::Content> authority_files_;
  KeyPairLoad pair_;
  // Of the start; one for each part, for which there is room.
  std::vector<LoadReport> untold_;
  // Since the start, by files that had changed.
  std::uint64_t loads_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_FILES_IN_FORCE_H_
