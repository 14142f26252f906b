#ifndef CERTGATE_SRC_AUTHORIZATION_LOAD_REPORT_H_
#define CERTGATE_SRC_AUTHORIZATION_LOAD_REPORT_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>
#include <certgate/diagnostic.h>
#include <certgate/policy.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace certgate {

class AuditLog;

/// What made the files be read.
enum class LoadTrigger { kStart, kFileChange, kPoll, kSignal };

/// "start", "file change", "poll", "SIGHUP".
std::string_view ToString(LoadTrigger trigger) noexcept;

/// "policy, client CAs and CRLs", "server certificate and key".
std::string_view ToString(LoadedPart part) noexcept;

/// One diagnostic in one line: `policy.yaml:8:5: unknown key; did you mean ...`.
std::string OneLine(const Diagnostic& diagnostic);

/// One load that succeeded or failed, told to the operational log and to the audit trail.
struct LoadReport {
  absl::Time time;
  LoadTrigger trigger = LoadTrigger::kStart;
  bool loaded = false;
  LoadedPart part = LoadedPart::kRules;
  /// In force after the load. Null only if there is nothing in force yet.
  std::shared_ptr<const Policy> policy;
  std::string previous_version;
  std::uint64_t generation = 0;
  std::vector<LoadedFile> changed_files;
  /// Errors, or what is doubtful about what was loaded.
  std::vector<Diagnostic> diagnostics;
  std::vector<AccessChange> gained;
  std::vector<AccessChange> lost;
  std::vector<std::string> remarks;
};

/// Tells both. A trail that cannot be written is told to the log. Never throws.
void Tell(const LoadReport& report, AuditLog& audit_log) noexcept;

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_LOAD_REPORT_H_
