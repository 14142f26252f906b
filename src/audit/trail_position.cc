#include "src/audit/trail_position.h"

#include <charconv>
#include <string>

#include "src/audit/chain.h"

namespace certgate {
namespace {

// Where a value begins, behind `key`, at its first occurrence. In a text such a key cannot occur:
// its quotes are escaped there.
std::optional<std::string_view> ValueOf(std::string_view key, std::string_view line) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  return line.substr(at + key.size());
}

// `event.sequence`: no other field of that name stands before it.
std::optional<std::uint64_t> ReadSequence(std::string_view line) {
  const auto value = ValueOf("\"sequence\":", line);
  if (!value) return std::nullopt;
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), sequence);
  if (error != std::errc() || end == value->data() + value->size()) return std::nullopt;
  return *end == '}' || *end == ',' ? std::optional(sequence) : std::nullopt;
}

}  // namespace

std::optional<absl::Time> ReadTimestamp(std::string_view line) {
  constexpr std::string_view kBefore = "{\"@timestamp\":\"";
  if (!line.starts_with(kBefore)) return std::nullopt;
  line.remove_prefix(kBefore.size());
  const std::size_t end = line.find('"');
  absl::Time time;
  std::string error;
  if (end == std::string_view::npos ||
      !absl::ParseTime(absl::RFC3339_full, std::string(line.substr(0, end)), &time, &error)) {
    return std::nullopt;
  }
  // The parser knows infinite times, which no record has.
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  return time;
}

std::optional<TrailPosition> ReadPosition(std::string_view line) {
  const std::optional<ChainLink> link = ReadChain(line);
  const std::optional<std::uint64_t> sequence = ReadSequence(line);
  const std::optional<absl::Time> time = ReadTimestamp(line);
  if (!link || !sequence || !time) return std::nullopt;
  return TrailPosition{std::string(link->hash), *sequence, *time, link->IsSound()};
}

}  // namespace certgate
