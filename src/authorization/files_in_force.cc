#include "src/authorization/files_in_force.h"

#include <certgate/audit_log.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "src/analysis/access_changes.h"
#include "src/authorization/snapshot.h"
#include "src/identity/trust.h"

namespace certgate {
namespace {

Expiry::Kind KindOf(TrustExpiry::Kind kind) {
  switch (kind) {
    case TrustExpiry::Kind::kClientCa:
      return Expiry::Kind::kClientCa;
    case TrustExpiry::Kind::kAuthority:
      return Expiry::Kind::kAuthority;
    case TrustExpiry::Kind::kCrl:
      return Expiry::Kind::kCrl;
  }
  return Expiry::Kind::kClientCa;
}

}  // namespace

LoadReport FilesInForce::Begin(const Part& part, LoadTrigger trigger,
                               const Fingerprint& now) const {
  LoadReport report;
  report.time = options_.clock();
  report.trigger = trigger;
  report.part = part.which;
  report.changed_files = ChangedFiles(part.in_force, now);
  if (authorizer_ != nullptr) {
    report.policy = authorizer_->policy();
    report.generation = authorizer_->generation();
    report.previous_version = std::string(report.policy->version());
  }
  return report;
}

// Nothing here may fail: what is told of is in force already.
void FilesInForce::Succeed(Part& part, Fingerprint tried, Fingerprint in_force,
                           LoadReport report) noexcept {
  part.tried = std::move(tried);
  part.in_force = std::move(in_force);
  part.errors.clear();
  part.failing_since = absl::InfinitePast();
  part.loaded_at = report.time;
  if (report.trigger != LoadTrigger::kStart) ++loads_;
  if (authorizer_ != nullptr) {
    report.policy = authorizer_->policy();
    report.generation = authorizer_->generation();
  }
  report.loaded = true;
  TellOrKeep(std::move(report));
}

void FilesInForce::Fail(Part& part, Fingerprint tried, LoadReport report) {
  std::vector<Diagnostic> errors = report.diagnostics;
  part.errors = std::move(errors);
  part.tried = std::move(tried);
  if (part.failing_since == absl::InfinitePast()) part.failing_since = report.time;
  ++failures_;
  TellOrKeep(std::move(report));
}

void FilesInForce::TellOrKeep(LoadReport report) noexcept {
  const bool has_room = untold_.size() < untold_.capacity();
  if (report.trigger == LoadTrigger::kStart && has_room) {
    untold_.push_back(std::move(report));
  } else {
    Tell(report, *options_.audit_log);
  }
}

void FilesInForce::TellStart(bool is_well) noexcept {
  for (const LoadReport& report : untold_) {
    if (is_well || !report.loaded) Tell(report, *options_.audit_log);
  }
  untold_.clear();
}

void FilesInForce::TakeRules(LoadTrigger trigger, RulesLoad load, Fingerprint fingerprint) {
  LoadReport report = Begin(rules_, trigger, fingerprint);
  report.diagnostics = std::move(load.diagnostics);
  if (load.policy == nullptr) return Fail(rules_, std::move(fingerprint), std::move(report));
  // All that may run out of memory comes before the first thing is put in force.
  Fingerprint in_force = fingerprint;
  std::shared_ptr<const TlsMaterial> material = NewMaterial(pair_, load.trust->client_ca_pem());
  if (const absl::Status taken = PutInForce(load, fingerprint); !taken.ok()) {
    report.diagnostics.emplace_back().message = std::string(taken.message());
    return Fail(rules_, std::move(fingerprint), std::move(report));
  }
  if (material != nullptr) material_->Set(std::move(material));
  TellAccess(load, report);
  policy_text_ = std::move(load.policy_text);
  authority_files_ = std::move(load.authority_files);
  Succeed(rules_, std::move(fingerprint), std::move(in_force), std::move(report));
}

void FilesInForce::TakeKeyPair(LoadTrigger trigger, KeyPairLoad load, Fingerprint fingerprint) {
  LoadReport report = Begin(key_pair_, trigger, fingerprint);
  report.diagnostics = load.diagnostics;
  if (HasErrors(load.diagnostics)) {
    return Fail(key_pair_, std::move(fingerprint), std::move(report));
  }
  Fingerprint in_force = fingerprint;
  std::shared_ptr<const TlsMaterial> material;
  if (authorizer_ != nullptr) material = NewMaterial(load, authorizer_->trust()->client_ca_pem());
  if (material != nullptr) material_->Set(std::move(material));
  pair_ = std::move(load);
  Succeed(key_pair_, std::move(fingerprint), std::move(in_force), std::move(report));
}

absl::Status FilesInForce::PutInForce(const RulesLoad& load, const Fingerprint& fingerprint) {
  if (authorizer_ != nullptr) {
    return authorizer_->Replace(load.policy, TrustFor(load, fingerprint));
  }
  AuthorizerOptions options;
  options.policy = load.policy;
  options.trust = load.trust;
  options.audit_log = options_.audit_log;
  options.identity_cache_capacity = options_.identity_cache_capacity;
  options.clock = options_.clock;
  auto authorizer = Authorizer::Create(std::move(options));
  if (!authorizer.ok()) return authorizer.status();
  authorizer_ = *std::move(authorizer);
  return absl::OkStatus();
}

// What was verified against the trust in force needs no verifying again if only the policy's
// entries have changed.
std::shared_ptr<const Trust> FilesInForce::TrustFor(const RulesLoad& load,
                                                    const Fingerprint& fingerprint) const {
  Fingerprint now = fingerprint;
  Fingerprint before = rules_.in_force;
  now.erase(options_.files.policy);
  before.erase(options_.files.policy);
  std::shared_ptr<const Trust> in_force = authorizer_->trust();
  return now == before && CheckTogether(*load.policy, *in_force).ok() ? in_force : load.trust;
}

// Who gains and who loses access. What is in force already does not wait for it, nor fail with it.
void FilesInForce::TellAccess(const RulesLoad& load, LoadReport& report) const noexcept {
  if (report.trigger == LoadTrigger::kStart) return;
  try {
    if (load.policy_text == policy_text_) {
      if (report.changed_files.empty()) return;
      report.remarks.push_back(
          "the policy is the same, but other CAs or CRLs decide which callers are believed");
      return;
    }
    const PolicyText before = {policy_text_, options_.files.policy,
                               [this](const std::string& path, std::string_view /*what*/) {
                                 return authority_files_.at(path);
                               }};
    const PolicyText after = {load.policy_text, options_.files.policy,
                              [&load](const std::string& path, std::string_view /*what*/) {
                                return load.authority_files.at(path);
                              }};
    AccessChanges changes = CompareAccess(before, after, report.time);
    report.gained = std::move(changes.gained);
    report.lost = std::move(changes.lost);
    report.remarks = std::move(changes.remarks);
  } catch (const std::exception& error) {
    spdlog::error("who gains and loses access by the new policy could not be found out: {}",
                  error.what());
  }
}

// What handshakes have to use from now on; null if that is not whole yet, or what they use already:
// other material, though it is the same, would end the resumption of TLS sessions for nothing.
std::shared_ptr<const TlsMaterial> FilesInForce::NewMaterial(const KeyPairLoad& pair,
                                                             const std::string& client_ca) const {
  if (pair.certificate.empty()) return nullptr;
  const std::shared_ptr<const TlsMaterial> before = material_->Get();
  if (before != nullptr && before->certificate == pair.certificate &&
      before->private_key == pair.private_key && before->client_ca == client_ca) {
    return nullptr;
  }
  auto material = std::make_shared<TlsMaterial>();
  material->certificate = pair.certificate;
  material->private_key = pair.private_key;
  material->client_ca = client_ca;
  material->not_after = pair.not_after;
  return material;
}

std::vector<Diagnostic> FilesInForce::Errors() const {
  std::vector<Diagnostic> errors = rules_.errors;
  errors.insert(errors.end(), key_pair_.errors.begin(), key_pair_.errors.end());
  return errors;
}

ReloadStatus FilesInForce::Status() const {
  ReloadStatus status;
  const std::shared_ptr<const Policy> policy = authorizer_->policy();
  status.generation = authorizer_->generation();
  status.policy_name = std::string(policy->name());
  status.policy_version = std::string(policy->version());
  status.policy_entries = policy->entry_count();
  status.policy_loaded_at = rules_.loaded_at;
  status.certificate_loaded_at = key_pair_.loaded_at;
  status.errors = Errors();
  for (const Part* part : {&rules_, &key_pair_}) {
    if (part->errors.empty()) continue;
    const bool is_first = status.failing_since == absl::InfinitePast();
    status.failing_since =
        is_first ? part->failing_since : std::min(status.failing_since, part->failing_since);
  }
  status.loads = loads_;
  status.failures = failures_;
  status.expiries = Expiries();
  return status;
}

std::vector<Expiry> FilesInForce::Expiries() const {
  std::vector<Expiry> expiries = {
      {Expiry::Kind::kServerCertificate, "`" + options_.files.certificate + "`", pair_.not_after}};
  const std::shared_ptr<const Trust> trust = authorizer_->trust();
  for (const TrustExpiry& one : trust->expiries()) {
    expiries.push_back({KindOf(one.kind), one.name, one.at});
  }
  return expiries;
}

}  // namespace certgate
