#include <absl/time/time.h>
#include <certgate/version.h>

#include <utility>

#include "src/server/audit_place.h"
#include "src/server/inputs.h"

namespace certgate {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

// A time of 0 is none.
absl::Duration UnlessZero(int count, absl::Duration unit) {
  return count == 0 ? absl::InfiniteDuration() : count * unit;
}

AuditFileOptions FileOptionsOf(const AuditSettings& settings, std::string path) {
  AuditFileOptions options;
  options.path = std::move(path);
  options.rotate_bytes = static_cast<std::uint64_t>(settings.rotate_mib) * kMebibyte;
  options.rotate_age = UnlessZero(settings.rotate_minutes, absl::Minutes(1));
  if (settings.compress == "gzip") options.compression = AuditFileOptions::Compression::kGzip;
  if (settings.compress == "zstd") options.compression = AuditFileOptions::Compression::kZstd;
  options.keep_files = static_cast<std::size_t>(settings.keep_files);
  options.keep_bytes = static_cast<std::uint64_t>(settings.keep_mib) * kMebibyte;
  options.keep_age = UnlessZero(settings.keep_days, absl::Hours(24));
  return options;
}

absl::StatusOr<std::unique_ptr<AuditSink>> OpenSink(const AuditPlaceName& place,
                                                    const AuditSettings& settings) {
  switch (place.kind) {
    case AuditPlaceName::Kind::kFile:
      return OpenAuditFile(FileOptionsOf(settings, place.address));
    case AuditPlaceName::Kind::kSyslog:
      return OpenAuditSyslog(SyslogOptionsOf(place));
    case AuditPlaceName::Kind::kStdout:
      break;
  }
  return OpenAuditStdout();
}

// All places that the settings name, the file first.
absl::StatusOr<std::vector<AuditPlaceName>> PlacesOf(const AuditSettings& settings) {
  std::vector<AuditPlaceName> places;
  if (!settings.file.empty()) {
    AuditPlaceName& file = places.emplace_back();
    file.kind = AuditPlaceName::Kind::kFile;
    file.address = settings.file;
  }
  if (settings.to_stdout) places.emplace_back();
  for (const std::string& text : settings.sinks) {
    absl::StatusOr<AuditPlaceName> place = ParseAuditPlace(text);
    if (!place.ok()) return place.status();
    places.push_back(*std::move(place));
  }
  return places;
}

Durability DurabilityOf(const std::string& choice) {
  if (choice == "fsync") return Durability::kFsync;
  return choice == "async" ? Durability::kAsync : Durability::kWrite;
}

OnFull OnFullOf(const std::string& choice) {
  if (choice == "refuse") return OnFull::kRefuse;
  return choice == "drop" ? OnFull::kDrop : OnFull::kBlock;
}

// Over all its methods a caller may be denied five times as often as for the same thing.
DenialLimits LimitsOf(const AuditSettings& settings) {
  DenialLimits limits;
  limits.burst = static_cast<std::uint32_t>(settings.denial_burst);
  limits.per_second = settings.denial_rate;
  limits.caller_burst = 5 * limits.burst;
  limits.caller_per_second = 5 * limits.per_second;
  return limits;
}

}  // namespace

absl::StatusOr<std::shared_ptr<AuditLog>> OpenAuditTrail(
    const AuditSettings& settings, std::function<void(const AuditStatus&)> on_change) {
  const auto places = PlacesOf(settings);
  if (!places.ok()) return places.status();
  AuditOptions options;
  for (const AuditPlaceName& place : *places) {
    auto sink = OpenSink(place, settings);
    if (!sink.ok()) return sink.status();
    options.places.push_back({*std::move(sink), place.filter, place.is_required});
  }
  options.service = {"greeter-server", CERTGATE_VERSION};
  options.durability = DurabilityOf(settings.durability);
  options.on_full = OnFullOf(settings.on_full);
  options.queue_capacity = static_cast<std::size_t>(settings.queue);
  options.signing_key = settings.signing_key;
  options.denials = LimitsOf(settings);
  options.on_change = std::move(on_change);
  auto log = AuditLog::Create(std::move(options));
  if (!log.ok()) return log.status();
  return *std::move(log);
}

}  // namespace certgate
