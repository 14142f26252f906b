#include "src/authorization/load_report.h"

#include <certgate/audit_log.h>
#include <certgate/record_id.h>
#include <spdlog/spdlog.h>

#include <exception>

namespace certgate {
namespace {

// Lines of one kind that go to the log at once; the audit record and the status have all.
constexpr std::size_t kMostLogged = 20;

void LogDiagnostics(const LoadReport& report) {
  std::size_t logged = 0;
  for (const Diagnostic& one : report.diagnostics) {
    if (++logged > kMostLogged) {
      return spdlog::warn("and {} more", report.diagnostics.size() - kMostLogged);
    }
    switch (one.severity) {
      case Diagnostic::Severity::kError:
        spdlog::error("{}", OneLine(one));
        break;
      case Diagnostic::Severity::kWarning:
        spdlog::warn("{}", OneLine(one));
        break;
      case Diagnostic::Severity::kNote:
        spdlog::info("{}", OneLine(one));
        break;
    }
  }
}

void LogChanges(std::string_view verb, const std::vector<AccessChange>& changes) {
  std::size_t logged = 0;
  for (const AccessChange& change : changes) {
    if (++logged > kMostLogged) {
      return spdlog::info("and {} more that {} access", changes.size() - kMostLogged, verb);
    }
    spdlog::info("{} access: {}, {}", verb, change.who, change.method);
  }
}

void Log(const LoadReport& report) {
  // Whoever starts the server is told what keeps it from starting.
  if (report.trigger == LoadTrigger::kStart && !report.loaded) return;
  const std::string_view trigger = ToString(report.trigger);
  if (!report.loaded) {
    spdlog::error("{} not loaded ({}): what was in force stays", ToString(report.part), trigger);
  } else if (report.part == LoadedPart::kRules && report.policy != nullptr) {
    spdlog::info("{} loaded ({}): generation {}, policy `{}` {}", ToString(report.part), trigger,
                 report.generation, report.policy->name(), report.policy->version());
    LogChanges("gained", report.gained);
    LogChanges("lost", report.lost);
  } else {
    spdlog::info("{} loaded ({})", ToString(report.part), trigger);
  }
  LogDiagnostics(report);
}

PolicyLoadRecord RecordOf(const LoadReport& report, const RecordId& id) {
  PolicyLoadRecord record;
  record.time = report.time;
  record.id = id.text();
  record.loaded = report.loaded;
  record.part = report.part;
  record.trigger = ToString(report.trigger);
  if (report.policy != nullptr) {
    record.policy_name = report.policy->name();
    record.policy_version = report.policy->version();
  }
  record.previous_version = report.previous_version;
  record.generation = report.generation;
  record.changed_files = report.changed_files;
  for (const Diagnostic& one : report.diagnostics) {
    if (one.severity == Diagnostic::Severity::kError) record.errors.push_back(OneLine(one));
  }
  record.gained = report.gained;
  record.lost = report.lost;
  record.remarks = report.remarks;
  return record;
}

}  // namespace

std::string_view ToString(LoadTrigger trigger) noexcept {
  switch (trigger) {
    case LoadTrigger::kStart:
      return "start";
    case LoadTrigger::kFileChange:
      return "file change";
    case LoadTrigger::kPoll:
      return "poll";
    case LoadTrigger::kSignal:
      return "SIGHUP";
  }
  return "unknown";
}

std::string_view ToString(LoadedPart part) noexcept {
  return part == LoadedPart::kRules ? "policy, client CAs and CRLs" : "server certificate and key";
}

std::string OneLine(const Diagnostic& diagnostic) {
  std::string line = diagnostic.file;
  if (diagnostic.location.line != 0) {
    line += ":" + std::to_string(diagnostic.location.line);
    if (diagnostic.location.column != 0) line += ":" + std::to_string(diagnostic.location.column);
  }
  if (!line.empty()) line += ": ";
  line += diagnostic.message;
  return diagnostic.hint.empty() ? line : line + "; " + diagnostic.hint;
}

void Tell(const LoadReport& report, AuditLog& audit_log) noexcept {
  try {
    Log(report);
    const RecordId id = RecordId::Generate(report.time);
    const absl::Status written = audit_log.Append(RecordOf(report, id));
    if (!written.ok()) {
      spdlog::error("a load of {} could not be recorded: {}", ToString(report.part),
                    std::string(written.message()));
    }
  } catch (const std::exception& error) {
    spdlog::error("a load could not be reported: {}", error.what());
  }
}

}  // namespace certgate
