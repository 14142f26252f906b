#include "src/authorization/reload_worker.h"

#include <absl/status/status.h>
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

// Files that were seen to differ without being seen to change are read twice, so far apart.
constexpr absl::Duration kSecondReading = absl::Milliseconds(250);
// So often a look is put off because a file is being written, some ten seconds in all.
constexpr int kMostUnsettledLooks = 40;
// The clock is looked at this often, for what is about to end.
constexpr absl::Duration kLongestWait = absl::Seconds(60);

// The moments of `before` that are not in the list are of files that are not asked for any more.
void EraseOthers(Fingerprint& fingerprint, const std::vector<std::string>& before,
                 const std::vector<std::string>& now) {
  for (const std::string& path : before) {
    if (std::find(now.begin(), now.end(), path) == now.end()) fingerprint.erase(path);
  }
}

bool IsForced(LoadTrigger trigger) {
  return trigger == LoadTrigger::kStart || trigger == LoadTrigger::kSignal;
}

}  // namespace

Reloader::Worker::Worker(ReloaderOptions options, std::unique_ptr<FileWatch> watch)
    : options_(std::move(options)), watch_(std::move(watch)) {}

Reloader::Worker::~Worker() {
  stops_.store(true);
  watch_->WakeUp();
  if (thread_.joinable()) thread_.join();
}

void Reloader::Worker::AskForReload() noexcept {
  reload_asked_.store(true);
  watch_->WakeUp();
}

ReloadStatus Reloader::Worker::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

void Reloader::Worker::StartThread() {
  thread_ = std::thread([this] { Run(); });
}

void Reloader::Worker::Run() noexcept {
  while (!stops_.load()) {
    try {
      const LoadTrigger trigger = WaitForReason();
      if (stops_.load()) return;
      WarnOfExpiries();
      owed_.reset();
      if (!Look(trigger)) owed_ = trigger;
    } catch (const std::exception& error) {
      // What was in force stays, and the next look may go better.
      spdlog::error("the files could not be read again: {}", error.what());
    }
  }
}

LoadTrigger Reloader::Worker::WaitForReason() {
  const bool polls = options_.poll_interval > absl::ZeroDuration();
  // A request may have come while the files were being read.
  if (reload_asked_.exchange(false)) return LoadTrigger::kSignal;
  const absl::Duration longest = owed_.has_value() ? kSecondReading
                                 : polls           ? std::min(options_.poll_interval, kLongestWait)
                                                   : kLongestWait;
  const FileWatch::Wake wake = watch_->Wait(longest);
  if (reload_asked_.exchange(false)) return LoadTrigger::kSignal;
  return owed_.value_or(wake == FileWatch::Wake::kChanged ? LoadTrigger::kFileChange
                                                          : LoadTrigger::kPoll);
}

void Reloader::Worker::WatchFiles() {
  if (!options_.watch) return;
  const ServerFiles& files = options_.files;
  std::vector<std::string> paths = {files.policy, files.certificate, files.private_key,
                                    files.trust.client_ca};
  paths.insert(paths.end(), files.trust.crls.begin(), files.trust.crls.end());
  paths.insert(paths.end(), authority_files_.begin(), authority_files_.end());
  std::vector<std::string> unwatched = watch_->Watch(paths);
  if (unwatched == unwatched_) return;
  for (const std::string& problem : unwatched) spdlog::warn("{}", problem);
  unwatched_ = std::move(unwatched);
}

void Reloader::Worker::ReadRules(SourceReader& files) const {
  const ServerFiles& named = options_.files;
  files.Read(named.policy, "policy file");
  files.Read(named.trust.client_ca, "client CA file");
  for (const std::string& path : named.trust.crls) {
    const auto listing = ListCrlFiles(path, files);
    if (std::holds_alternative<Problem>(listing)) continue;
    for (const std::string& file : std::get<std::vector<std::string>>(listing)) {
      files.Read(file, "CRL file");
    }
  }
  for (const std::string& path : authority_files_) files.Read(path, "CA file");
}

void Reloader::Worker::ReadKeyPair(SourceReader& files) const {
  files.Read(options_.files.certificate, "server certificate");
  files.Read(options_.files.private_key, "private key");
}

bool Reloader::Worker::Look(LoadTrigger trigger) {
  WatchFiles();
  SourceReader rules_files;
  SourceReader pair_files;
  ReadRules(rules_files);
  ReadKeyPair(pair_files);
  const bool takes_rules = IsForced(trigger) || FingerprintOf(rules_files) != rules_.tried;
  const bool takes_pair = IsForced(trigger) || FingerprintOf(pair_files) != key_pair_.tried;
  if (!takes_rules && !takes_pair) return true;

  RulesLoad rules;
  KeyPairLoad pair;
  Fingerprint rules_fingerprint = FingerprintOf(rules_files);
  bool has_new_files = false;
  if (takes_rules) {
    rules = LoadRules(options_.files.policy, options_.files.trust, rules_files);
    rules_fingerprint = FingerprintOf(rules_files);
    has_new_files = NoteAuthorityFiles(rules, rules_fingerprint);
  }
  if (takes_pair) {
    pair = LoadKeyPair(options_.files.certificate, options_.files.private_key, options_.clock(),
                       pair_files);
  }
  if (!IsSettled(trigger, has_new_files, rules_fingerprint, FingerprintOf(pair_files))) {
    ++unsettled_looks_;
    return false;
  }
  unsettled_looks_ = 0;
  if (takes_rules) TakeRules(trigger, std::move(rules), std::move(rules_fingerprint));
  if (takes_pair) TakeKeyPair(trigger, std::move(pair), FingerprintOf(pair_files));
  UpdateStatus();
  return true;
}

// Remembers which CA files the policy names, so that they are watched and compared from now on.
// True if there are new ones. A policy that is refused may not have been read to its end: then
// those of before are kept too.
bool Reloader::Worker::NoteAuthorityFiles(const RulesLoad& load, Fingerprint& fingerprint) {
  std::vector<std::string> now;
  for (const auto& [path, content] : load.authority_files) now.push_back(path);
  if (load.policy == nullptr) {
    now.insert(now.end(), authority_files_.begin(), authority_files_.end());
  }
  std::sort(now.begin(), now.end());
  now.erase(std::unique(now.begin(), now.end()), now.end());
  const bool has_new =
      !std::includes(authority_files_.begin(), authority_files_.end(), now.begin(), now.end());
  EraseOthers(fingerprint, authority_files_, now);
  authority_files_ = std::move(now);
  if (has_new) WatchFiles();
  return has_new;
}

// Whether what was read is what somebody wrote, and not half of it. A writer's first byte is told
// by the kernel before it can be read, so where nothing was told since the files were watched,
// nobody wrote. Else, and where nothing can be seen, a second reading must be like the first.
bool Reloader::Worker::IsSettled(LoadTrigger trigger, bool has_new_files, const Fingerprint& rules,
                                 const Fingerprint& key_pair) {
  const bool is_blind = !options_.watch || watch_->is_blind() || !unwatched_.empty();
  const bool has_changed = watch_->Wait(absl::ZeroDuration()) == FileWatch::Wake::kChanged;
  // Whoever never stops writing to one file must not hold up a revocation in another.
  const bool is_late = unsettled_looks_ > kMostUnsettledLooks;
  if (watch_->is_being_written() && !is_late) return false;
  const bool was_seen = !is_blind && trigger != LoadTrigger::kPoll;
  if (was_seen && !has_changed && !has_new_files && watch_->is_quiet()) return true;
  if (!was_seen || is_late) watch_->Wait(kSecondReading);
  SourceReader rules_again;
  SourceReader pair_again;
  ReadRules(rules_again);
  ReadKeyPair(pair_again);
  return (is_late || !watch_->is_being_written()) && FingerprintOf(rules_again) == rules &&
         FingerprintOf(pair_again) == key_pair;
}

LoadReport Reloader::Worker::Begin(const Part& part, LoadTrigger trigger,
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

void Reloader::Worker::Succeed(Part& part, Fingerprint fingerprint, LoadReport report) {
  report.loaded = true;
  part.tried = fingerprint;
  part.in_force = std::move(fingerprint);
  part.errors.clear();
  part.failing_since = absl::InfinitePast();
  part.loaded_at = report.time;
  if (report.trigger != LoadTrigger::kStart) ++loads_;
  if (authorizer_ != nullptr) {
    report.policy = authorizer_->policy();
    report.generation = authorizer_->generation();
  }
  TellOrKeep(std::move(report));
}

void Reloader::Worker::Fail(Part& part, Fingerprint fingerprint, LoadReport report) {
  part.tried = std::move(fingerprint);
  part.errors = report.diagnostics;
  if (part.failing_since == absl::InfinitePast()) part.failing_since = report.time;
  ++failures_;
  TellOrKeep(std::move(report));
}

void Reloader::Worker::TellOrKeep(LoadReport report) {
  if (report.trigger == LoadTrigger::kStart) {
    untold_.push_back(std::move(report));
  } else {
    Tell(report, *options_.audit_log);
  }
}

void Reloader::Worker::TakeRules(LoadTrigger trigger, RulesLoad load, Fingerprint fingerprint) {
  LoadReport report = Begin(rules_, trigger, fingerprint);
  if (load.policy != nullptr) {
    if (const absl::Status taken = PutInForce(load, fingerprint); !taken.ok()) {
      load.policy = nullptr;
      Diagnostic& error = load.diagnostics.emplace_back();
      error.message = std::string(taken.message());
    }
  }
  report.diagnostics = std::move(load.diagnostics);
  if (load.policy == nullptr) return Fail(rules_, std::move(fingerprint), std::move(report));
  UpdateMaterial();
  TellAccess(load, report);
  policy_text_ = std::move(load.policy_text);
  authority_contents_ = std::move(load.authority_files);
  Succeed(rules_, std::move(fingerprint), std::move(report));
}

// Who gains and who loses access. What is in force already does not wait for it.
void Reloader::Worker::TellAccess(const RulesLoad& load, LoadReport& report) const {
  if (report.trigger == LoadTrigger::kStart || load.policy_text == policy_text_) return;
  const PolicyText before = {policy_text_, options_.files.policy,
                             [this](const std::string& path, std::string_view /*what*/) {
                               return authority_contents_.at(path);
                             }};
  const PolicyText after = {load.policy_text, options_.files.policy,
                            [&load](const std::string& path, std::string_view /*what*/) {
                              return load.authority_files.at(path);
                            }};
  AccessChanges changes = CompareAccess(before, after, report.time);
  report.gained = std::move(changes.gained);
  report.lost = std::move(changes.lost);
  report.remarks = std::move(changes.remarks);
}

absl::Status Reloader::Worker::PutInForce(const RulesLoad& load, const Fingerprint& fingerprint) {
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
std::shared_ptr<const Trust> Reloader::Worker::TrustFor(const RulesLoad& load,
                                                        const Fingerprint& fingerprint) const {
  Fingerprint now = fingerprint;
  Fingerprint before = rules_.in_force;
  now.erase(options_.files.policy);
  before.erase(options_.files.policy);
  std::shared_ptr<const Trust> in_force = authorizer_->trust();
  return now == before && CheckTogether(*load.policy, *in_force).ok() ? in_force : load.trust;
}

void Reloader::Worker::TakeKeyPair(LoadTrigger trigger, KeyPairLoad load, Fingerprint fingerprint) {
  LoadReport report = Begin(key_pair_, trigger, fingerprint);
  report.diagnostics = load.diagnostics;
  if (HasErrors(load.diagnostics)) {
    return Fail(key_pair_, std::move(fingerprint), std::move(report));
  }
  pair_in_force_ = std::move(load);
  UpdateMaterial();
  Succeed(key_pair_, std::move(fingerprint), std::move(report));
}

void Reloader::Worker::UpdateMaterial() {
  if (authorizer_ == nullptr || pair_in_force_.certificate.empty()) return;
  auto material = std::make_shared<TlsMaterial>();
  material->certificate = pair_in_force_.certificate;
  material->private_key = pair_in_force_.private_key;
  material->client_ca = authorizer_->trust()->client_ca_pem();
  material->not_after = pair_in_force_.not_after;
  const std::shared_ptr<const TlsMaterial> before = material_->Get();
  if (before != nullptr && before->certificate == material->certificate &&
      before->private_key == material->private_key && before->client_ca == material->client_ca) {
    return;  // A new one would end the resumption of TLS sessions for nothing.
  }
  material_->Set(std::move(material));
}

bool Reloader::Worker::LoadFirst(std::vector<Diagnostic>& diagnostics) {
  // At most some five seconds: then whoever is writing is waited for no longer.
  constexpr int kMostLooks = 20;
  int looks = 1;
  while (!Look(LoadTrigger::kStart)) {
    if (++looks > kMostLooks) {
      diagnostics.emplace_back().message =
          "one of the files is still being written: start again when it is whole";
      return false;
    }
    watch_->Wait(kSecondReading);
  }
  for (const Part* part : {&rules_, &key_pair_}) {
    diagnostics.insert(diagnostics.end(), part->errors.begin(), part->errors.end());
  }
  const bool is_well = !HasErrors(diagnostics);
  for (const LoadReport& report : untold_) {
    // Where there is no start, nothing has come into force, although some of the files were good.
    if (is_well || !report.loaded) Tell(report, *options_.audit_log);
  }
  untold_.clear();
  if (is_well) WarnOfExpiries();
  return is_well;
}

std::vector<Expiry> Reloader::Worker::Expiries() const {
  std::vector<Expiry> expiries = {{Expiry::Kind::kServerCertificate,
                                   "`" + options_.files.certificate + "`",
                                   pair_in_force_.not_after}};
  const std::shared_ptr<const Trust> trust = authorizer_->trust();
  for (const TrustExpiry& one : trust->expiries()) {
    const Expiry::Kind kind = one.kind == TrustExpiry::Kind::kCrl         ? Expiry::Kind::kCrl
                              : one.kind == TrustExpiry::Kind::kAuthority ? Expiry::Kind::kAuthority
                                                                          : Expiry::Kind::kClientCa;
    expiries.push_back({kind, one.name, one.at});
  }
  return expiries;
}

void Reloader::Worker::WarnOfExpiries() {
  if (authorizer_ == nullptr) return;
  for (const std::string& warning : expiry_warnings_.Due(Expiries(), options_.clock())) {
    spdlog::warn("{}", warning);
  }
}

void Reloader::Worker::UpdateStatus() {
  if (authorizer_ == nullptr) return;
  ReloadStatus status;
  const std::shared_ptr<const Policy> policy = authorizer_->policy();
  status.generation = authorizer_->generation();
  status.policy_name = std::string(policy->name());
  status.policy_version = std::string(policy->version());
  status.policy_entries = policy->entry_count();
  status.policy_loaded_at = rules_.loaded_at;
  status.certificate_loaded_at = key_pair_.loaded_at;
  for (const Part* part : {&rules_, &key_pair_}) {
    status.errors.insert(status.errors.end(), part->errors.begin(), part->errors.end());
    if (part->errors.empty()) continue;
    const bool is_first = status.failing_since == absl::InfinitePast();
    status.failing_since =
        is_first ? part->failing_since : std::min(status.failing_since, part->failing_since);
  }
  status.loads = loads_;
  status.failures = failures_;
  status.expiries = Expiries();
  {
    const std::lock_guard lock(status_mutex_);
    status_ = status;
  }
  if (options_.on_status != nullptr) options_.on_status(status);
}

}  // namespace certgate
