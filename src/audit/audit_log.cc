#include <certgate/audit_log.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "src/audit/record_encoder.h"

namespace certgate {
namespace {

// Without memory for the message the code alone must do: it is what refuses the call.
absl::Status NotWritten(std::string_view place, std::string_view cause) noexcept {
  try {
    std::string message = "the audit record was not written to ";
    message.append(place).append(": ").append(cause);
    return absl::UnavailableError(message);
  } catch (const std::exception&) {
    return absl::Status(absl::StatusCode::kUnavailable, "");
  }
}

// May throw, for lack of memory or because of the sink; `Append` catches it.
absl::Status NotWrittenTo(const AuditSink& sink, std::string_view cause) {
  return NotWritten(sink.name(), cause);
}

absl::Status WriteTo(AuditSink& sink, std::string_view line) {
  try {
    const absl::Status status = sink.Write(line);
    return status.ok() ? status : NotWrittenTo(sink, std::string(status.message()));
  } catch (const std::exception& error) {
    return NotWrittenTo(sink, error.what());
  } catch (...) {
    return NotWrittenTo(sink, "unknown exception");
  }
}

}  // namespace

AuditLog::AuditLog(std::vector<std::unique_ptr<AuditSink>> sinks, Service service)
    : sinks_(std::move(sinks)), service_(std::move(service)) {}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Create(
    std::vector<std::unique_ptr<AuditSink>> sinks, Service service) {
  if (sinks.empty()) {
    return absl::InvalidArgumentError(
        "the audit log has no place to write to; give it a file or standard output");
  }
  if (std::find(sinks.begin(), sinks.end(), nullptr) != sinks.end()) {
    return absl::InvalidArgumentError("an audit sink is null; pass only sinks that were opened");
  }
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(sinks), std::move(service)));
}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::OpenFile(const std::string& path,
                                                             Service service) {
  absl::StatusOr<std::unique_ptr<AuditSink>> file = OpenAuditFile(path);
  if (!file.ok()) return file.status();
  std::vector<std::unique_ptr<AuditSink>> sinks;
  sinks.push_back(*std::move(file));
  return Create(std::move(sinks), std::move(service));
}

template <typename Record>
absl::Status AuditLog::AppendAny(const Record& record) noexcept {
  try {
    UnnumberedRecord unnumbered = EncodeUnnumbered(record, service_.name, service_.version);
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::string line = Number(std::move(unnumbered), next_sequence_);
    bool taken = false;
    for (const std::unique_ptr<AuditSink>& sink : sinks_) {
      absl::Status status = WriteTo(*sink, line);
      if (!status.ok()) return status;
      // The number is used up as soon as one place holds it.
      if (!std::exchange(taken, true)) ++next_sequence_;
    }
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return NotWritten("all its places", error.what());
  } catch (...) {
    return NotWritten("all its places", "unknown exception");
  }
}

absl::Status AuditLog::Append(const DecisionRecord& record) noexcept { return AppendAny(record); }

absl::Status AuditLog::Append(const PolicyLoadRecord& record) noexcept { return AppendAny(record); }

absl::Status AuditLog::Append(const HandshakeRecord& record) noexcept { return AppendAny(record); }

}  // namespace certgate
