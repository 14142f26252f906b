#include "src/audit/retention.h"

#include <algorithm>
#include <optional>

namespace certgate {
namespace {

std::optional<std::string> WhyItGoes(const ClosedFile& file, std::size_t files_left,
                                     std::uint64_t bytes_left, const Retention& retention,
                                     absl::Time now) {
  if (retention.files > 0 && files_left > retention.files) {
    return "more than " + std::to_string(retention.files) + " closed files";
  }
  if (retention.bytes > 0 && bytes_left > retention.bytes) {
    return "more than " + std::to_string(retention.bytes) + " bytes of closed files";
  }
  if (now - std::min(file.name.time(), file.changed) > retention.age) {
    return "older than " + absl::FormatDuration(retention.age);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Surplus> FindSurplus(const std::vector<ClosedFile>& files, const Retention& retention,
                                 absl::Time now) {
  std::size_t files_left = files.size();
  std::uint64_t bytes_left = 0;
  for (const ClosedFile& file : files) bytes_left += file.bytes;
  std::vector<Surplus> surplus;
  for (const ClosedFile& file : files) {
    std::optional<std::string> why = WhyItGoes(file, files_left, bytes_left, retention, now);
    // A trail is shortened at its beginning; a hole in it would look like tampering.
    if (!why) break;
    surplus.push_back({file.name.name, *std::move(why)});
    --files_left;
    bytes_left -= file.bytes;
  }
  return surplus;
}

}  // namespace certgate
