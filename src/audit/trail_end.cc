#include "src/audit/trail_end.h"

#include <absl/status/status.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

namespace certgate {
namespace {

constexpr std::uint64_t kBlockBytes = 65536;
constexpr std::uint64_t kTornTextBytes = 1024;

absl::Status CannotRead(int error) { return absl::ErrnoToStatus(error, "it cannot be read"); }

// Reads bytes `start` to `end`; fewer if the file is shorter.
absl::StatusOr<std::string> ReadRange(int fd, std::uint64_t start, std::uint64_t end) {
  std::string bytes(end - start, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count =
        pread(fd, bytes.data() + filled, bytes.size() - filled, static_cast<off_t>(start + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return CannotRead(errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

// The position of the last byte before `end` that is a newline, or, with `wanted` false, that is
// none. Nothing if there is no such byte.
absl::StatusOr<std::optional<std::uint64_t>> FindLast(int fd, std::uint64_t end, bool wanted) {
  while (end > 0) {
    const std::uint64_t start = end - std::min(end, kBlockBytes);
    const absl::StatusOr<std::string> block = ReadRange(fd, start, end);
    if (!block.ok()) return block.status();
    const std::size_t at = wanted ? block->rfind('\n') : block->find_last_not_of('\n');
    if (at != std::string::npos) return start + at;
    end = start;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<TrailEnd> ReadTrailEnd(int fd) {
  struct stat status = {};
  if (fstat(fd, &status) != 0) return CannotRead(errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  TrailEnd end;
  const auto newline = FindLast(fd, size, true);
  if (!newline.ok()) return newline.status();
  if (*newline) end.whole_bytes = **newline + 1;
  end.torn_bytes = size - end.whole_bytes;
  const auto torn =
      ReadRange(fd, end.whole_bytes, end.whole_bytes + std::min(end.torn_bytes, kTornTextBytes));
  if (!torn.ok()) return torn.status();
  end.torn = *torn;

  const auto last = FindLast(fd, end.whole_bytes, false);
  if (!last.ok()) return last.status();
  if (!*last) return end;
  const std::uint64_t line_end = **last + 1;
  const auto before = FindLast(fd, line_end, true);
  if (!before.ok()) return before.status();
  const std::uint64_t line_start = *before ? **before + 1 : 0;
  const auto line = ReadRange(fd, line_start, std::min(line_end, line_start + kLongestLine));
  if (!line.ok()) return line.status();
  end.last_line = *line;
  return end;
}

std::string ReadFirstLine(int fd) {
  const absl::StatusOr<std::string> block = ReadRange(fd, 0, kLongestLine);
  return block.ok() ? block->substr(0, block->find('\n')) : std::string();
}

void LastLine::Add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view part = bytes.substr(0, newline);
    current_.append(part.substr(0, kLongestLine - std::min(kLongestLine, current_.size())));
    if (newline == std::string_view::npos) return;
    if (!current_.empty()) last_.swap(current_);
    current_.clear();
    bytes.remove_prefix(newline + 1);
  }
}

}  // namespace certgate
