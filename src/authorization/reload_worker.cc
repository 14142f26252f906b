#include "src/authorization/reload_worker.h"

#include <absl/time/clock.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <set>
#include <utility>
#include <variant>

namespace certgate {
namespace {

// Files that may be half written without anybody having been seen to write are read twice, so far
// apart. What was found half written is read again after so long.
constexpr absl::Duration kSecondReading = absl::Milliseconds(250);
// Whoever writes without an end is waited for so long, at the start and later.
constexpr absl::Duration kLongestStart = absl::Seconds(5);
constexpr absl::Duration kLongestWriting = absl::Seconds(10);
// A file of this age may have a writer of whom the kernel has not told yet.
constexpr absl::Duration kFresh = absl::Milliseconds(50);
// At the start nobody knows whether a file of this age is still being written.
constexpr absl::Duration kYoung = absl::Seconds(1);
// How long to wait for a change before looking whether a writer holds one up.
constexpr absl::Duration kLongestWait = absl::Seconds(5);
// The clock is looked at this often, for what is about to end.
constexpr absl::Duration kBetweenWarnings = absl::Seconds(60);

absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

bool IsForced(LoadTrigger trigger) {
  return trigger == LoadTrigger::kStart || trigger == LoadTrigger::kSignal;
}

Diagnostic NeverWhole(const Fingerprint& before, const Fingerprint& after) {
  Diagnostic error;
  error.message = "never the same when it is read twice, as somebody keeps writing to it:";
  for (const LoadedFile& file : ChangedFiles(before, after)) {
    error.message += " `" + file.name + "`";
  }
  error.hint = "write a new file and rename it over the old one";
  return error;
}

// What differs counts as unread, so that it is tried again whatever it becomes.
Fingerprint Common(const Fingerprint& before, const Fingerprint& after) {
  Fingerprint common = before;
  for (const LoadedFile& file : ChangedFiles(before, after)) common[file.name].clear();
  return common;
}

// A large policy keeps a core busy for seconds. At this priority the kernel gives the thread a
// tenth of a core for which others wait, so that calls are not held up, and a fraction large enough
// for whoever loses a right to lose it soon under any load.
void LetCallsGoFirst() {
  constexpr int kNice = 10;
  // Of this thread alone, on Linux. Without the right to do so nothing is lost.
  setpriority(PRIO_PROCESS, 0, kNice);
}

}  // namespace

Reloader::Worker::Worker(ReloaderOptions options, std::unique_ptr<FileWatch> watch)
    : options_(std::move(options)), watch_(std::move(watch)), in_force_(options_) {}

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
  next_poll_ = SteadyNow() + options_.poll_interval;
  thread_ = std::thread([this] { Run(); });
}

void Reloader::Worker::Run() noexcept {
  LetCallsGoFirst();
  while (!stops_.load()) {
    LookIfDue();
    if (!stops_.load()) WarnOfExpiries();
  }
}

void Reloader::Worker::LookIfDue() noexcept {
  try {
    const std::optional<LoadTrigger> trigger = WaitForReason();
    if (!trigger.has_value() || stops_.load()) return;
    owed_ = trigger;  // and stays so if this look does not come to its end
    Look(*trigger);
    next_poll_ = SteadyNow() + options_.poll_interval;
    fails_to_look_ = false;
  } catch (const std::exception& error) {
    // What was in force stays, and the next look, in a moment, may go better.
    if (std::exchange(fails_to_look_, true)) return;
    spdlog::error("the files could not be read again, and are being tried: {}", error.what());
  }
}

std::optional<LoadTrigger> Reloader::Worker::WaitForReason() {
  // A request may have come while the files were being read.
  if (reload_asked_.exchange(false)) return LoadTrigger::kSignal;
  const bool polls = options_.poll_interval > absl::ZeroDuration();
  absl::Duration longest = owed_.has_value() ? kSecondReading : kLongestWait;
  if (polls) longest = std::min(longest, next_poll_ - SteadyNow());
  const FileWatch::Wake wake = watch_->Wait(longest);
  if (reload_asked_.exchange(false)) return LoadTrigger::kSignal;
  if (owed_.has_value()) return owed_;
  if (wake == FileWatch::Wake::kChanged) return LoadTrigger::kFileChange;
  if (polls && SteadyNow() >= next_poll_) return LoadTrigger::kPoll;
  // A change is told when nobody is writing any more: another file must not wait for that for ever.
  const bool is_held_up = wake == FileWatch::Wake::kTimeout && watch_->is_being_written();
  return is_held_up ? std::optional(LoadTrigger::kFileChange) : std::nullopt;
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

// The fingerprint is of the files that are named now: the reader may have read others, for a policy
// that was in force before.
Fingerprint Reloader::Worker::ReadRules(SourceReader& files) const {
  std::set<std::string> named;
  const auto read = [&](const std::string& path, std::string_view what) {
    files.Read(path, what);
    named.insert(path);
  };
  read(options_.files.policy, "policy file");
  read(options_.files.trust.client_ca, "client CA file");
  for (const std::string& path : options_.files.trust.crls) {
    const auto listing = ListCrlFiles(path, files);
    if (std::holds_alternative<Problem>(listing)) continue;
    for (const auto& file : std::get<std::vector<std::string>>(listing)) read(file, "CRL file");
  }
  for (const std::string& path : authority_files_) read(path, "CA file");
  Fingerprint fingerprint = FingerprintOf(files);
  std::erase_if(fingerprint, [&](const auto& file) { return !named.contains(file.first); });
  return fingerprint;
}

Fingerprint Reloader::Worker::ReadKeyPair(SourceReader& files) const {
  files.Read(options_.files.certificate, "server certificate");
  files.Read(options_.files.private_key, "private key");
  return FingerprintOf(files);
}

// Reads the files and hands over what has changed. What somebody is writing is owed afterwards.
void Reloader::Worker::Look(LoadTrigger trigger) {
  if (has_new_status_) PublishStatus();
  Candidate found = Load(trigger);
  if (!found.rules.has_value() && !found.key_pair.has_value()) return NoteSettled();
  const std::optional<Reading> second = ReadAgain(trigger, found);
  const bool are_rules_whole = second.has_value() && IsWhole(found.seen.rules, second->rules);
  const bool is_pair_whole = second.has_value() && IsWhole(found.seen.key_pair, second->key_pair);
  const bool is_all_whole = are_rules_whole && is_pair_whole;
  if (!is_all_whole && !unsettled_since_.has_value()) unsettled_since_ = SteadyNow();
  // A server starts with all of its files or not at all.
  const bool takes = is_all_whole || trigger != LoadTrigger::kStart;
  if (takes && found.rules.has_value() && are_rules_whole) {
    in_force_.TakeRules(trigger, *std::move(found.rules), found.seen.rules);
    has_new_status_ = true;
    owed_ = LoadTrigger::kFileChange;  // What is forced is forced once.
  }
  if (takes && found.key_pair.has_value() && is_pair_whole) {
    in_force_.TakeKeyPair(trigger, *std::move(found.key_pair), found.seen.key_pair);
    has_new_status_ = true;
    owed_ = LoadTrigger::kFileChange;
  }
  if (is_all_whole) {
    NoteSettled();
  } else if (second.has_value() && IsLate()) {
    RefuseUnsettled(trigger, found.seen, *second);
  }
  if (has_new_status_) PublishStatus();
}

Reloader::Worker::Candidate Reloader::Worker::Load(LoadTrigger trigger) {
  WatchFiles();
  SourceReader rules_files;
  SourceReader pair_files;
  Candidate found;
  found.seen = {ReadRules(rules_files), ReadKeyPair(pair_files)};
  const ServerFiles& files = options_.files;
  if (IsForced(trigger) || found.seen.rules != in_force_.tried_rules()) {
    found.rules = LoadRules(files.policy, files.trust, rules_files);
    found.has_new_files = NoteAuthorityFiles(*found.rules) && found.rules->policy != nullptr;
    found.seen.rules = ReadRules(rules_files);
  }
  if (IsForced(trigger) || found.seen.key_pair != in_force_.tried_key_pair()) {
    found.key_pair =
        LoadKeyPair(files.certificate, files.private_key, options_.clock(), pair_files);
  }
  return found;
}

void Reloader::Worker::NoteSettled() {
  owed_.reset();
  unsettled_since_.reset();
  has_told_unsettled_ = false;
}

// What can never be read whole is told, and goes on being tried.
void Reloader::Worker::RefuseUnsettled(LoadTrigger trigger, const Reading& first,
                                       const Reading& second) {
  if (std::exchange(has_told_unsettled_, true)) return;
  if (first.rules != second.rules) {
    RulesLoad load;
    load.diagnostics.push_back(NeverWhole(first.rules, second.rules));
    in_force_.TakeRules(trigger, std::move(load), Common(first.rules, second.rules));
  }
  if (first.key_pair != second.key_pair) {
    KeyPairLoad load;
    load.diagnostics.push_back(NeverWhole(first.key_pair, second.key_pair));
    in_force_.TakeKeyPair(trigger, std::move(load), Common(first.key_pair, second.key_pair));
  }
  has_new_status_ = true;
}

// Remembers which CA files the policy names, so that they are watched and compared from now on.
// True if there are new ones. A policy that is refused may not have been read to its end: then
// those of the policy in force are kept too.
bool Reloader::Worker::NoteAuthorityFiles(const RulesLoad& load) {
  std::set<std::string> now;
  for (const auto& [path, content] : load.authority_files) now.insert(path);
  if (load.policy == nullptr) {
    for (const auto& [path, content] : in_force_.authority_files()) now.insert(path);
  }
  const bool has_new =
      !std::includes(authority_files_.begin(), authority_files_.end(), now.begin(), now.end());
  authority_files_.assign(now.begin(), now.end());
  if (has_new) WatchFiles();
  return has_new;
}

// Of what is refused nothing can come into force, whole or not.
bool Reloader::Worker::IsGoodAndFresh(const Candidate& found) {
  const absl::Time fresh = absl::Now() - kFresh;
  const bool are_rules_good = found.rules.has_value() && found.rules->policy != nullptr;
  const bool is_pair_good = found.key_pair.has_value() && !HasErrors(found.key_pair->diagnostics);
  return (are_rules_good && HasChangedSince(found.seen.rules, fresh)) ||
         (is_pair_good && HasChangedSince(found.seen.key_pair, fresh));
}

// A writer who was seen is waited for until he closes the file: then there is nothing. But the
// kernel tells of a write only after its bytes can be read, and nothing of writers that there were
// before the files were watched. So all is read once more: what is the same after it was parsed in
// between is whole, or its writer stands still just before he is seen for the first time. Where
// writers cannot be seen, or may have begun before, the second reading comes later.
std::optional<Reloader::Worker::Reading> Reloader::Worker::ReadAgain(LoadTrigger trigger,
                                                                     const Candidate& found) {
  watch_->Wait(absl::ZeroDuration());
  // Whoever never stops writing to one file must not hold up a revocation in another.
  const bool is_late = IsLate();
  if (watch_->is_being_written() && !is_late) return std::nullopt;
  const bool is_blind = !options_.watch || watch_->is_blind() || !unwatched_.empty();
  const absl::Time young = absl::Now() - kYoung;
  const bool is_young =
      trigger == LoadTrigger::kStart &&
      (HasChangedSince(found.seen.rules, young) || HasChangedSince(found.seen.key_pair, young));
  if (is_blind || is_young || is_late || found.has_new_files || trigger == LoadTrigger::kPoll) {
    Pause(kSecondReading);
  }
  if (IsGoodAndFresh(found)) Pause(kFresh);
  if (watch_->is_being_written() && !is_late) return std::nullopt;
  SourceReader rules_again;
  SourceReader pair_again;
  return Reading{ReadRules(rules_again), ReadKeyPair(pair_again)};
}

// While somebody is writing, he may be writing one of these and stand still between two readings:
// they must have been left alone for as long as a writer is waited for.
bool Reloader::Worker::IsWhole(const Fingerprint& first, const Fingerprint& second) const {
  if (first != second) return false;
  return !watch_->is_being_written() || !HasChangedSince(first, absl::Now() - kSettleTime);
}

bool Reloader::Worker::IsLate() const {
  return unsettled_since_.has_value() && SteadyNow() - *unsettled_since_ >= kLongestWriting;
}

// Unlike `Wait`, to the end, whatever happens. What is told meanwhile is seen by the reading after.
void Reloader::Worker::Pause(absl::Duration duration) {
  const absl::Time end = SteadyNow() + duration;
  while (!stops_.load() && SteadyNow() < end) watch_->Wait(end - SteadyNow());
}

bool Reloader::Worker::LoadFirst(std::vector<Diagnostic>& diagnostics) {
  const absl::Time deadline = SteadyNow() + kLongestStart;
  owed_ = LoadTrigger::kStart;
  for (Look(LoadTrigger::kStart); owed_.has_value(); Look(LoadTrigger::kStart)) {
    if (SteadyNow() > deadline) {
      diagnostics.emplace_back().message =
          "one of the files is still being written: start again when it is whole";
      return false;
    }
    watch_->Wait(kSecondReading);
  }
  for (Diagnostic& error : in_force_.Errors()) diagnostics.push_back(std::move(error));
  const bool is_well = !HasErrors(diagnostics);
  in_force_.TellStart(is_well);
  if (is_well) WarnOfExpiries();
  return is_well;
}

void Reloader::Worker::WarnOfExpiries() noexcept {
  if (authorizer() == nullptr || SteadyNow() < next_warnings_) return;
  next_warnings_ = SteadyNow() + kBetweenWarnings;
  try {
    for (const std::string& due : expiry_warnings_.Due(in_force_.Expiries(), options_.clock())) {
      spdlog::warn("{}", due);
    }
  } catch (const std::exception&) {
    // The next time is early enough.
  }
}

void Reloader::Worker::PublishStatus() {
  if (authorizer() == nullptr) return;
  ReloadStatus status = in_force_.Status();
  {
    const std::lock_guard lock(status_mutex_);
    status_ = status;
  }
  has_new_status_ = false;
  next_warnings_ = absl::InfinitePast();  // There may be other certificates.
  if (options_.on_status == nullptr) return;
  try {
    options_.on_status(status);
  } catch (const std::exception& error) {
    spdlog::error("who is told the status of the files fails: {}", error.what());
  }
}

}  // namespace certgate
