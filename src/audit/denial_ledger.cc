#include "src/audit/denial_ledger.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "src/audit/write_signals.h"

namespace certgate {
namespace {

// The first sector. What comes behind is as this process's machine lays it out: the file is for the
// next process on it, and for nobody else.
constexpr std::string_view kTitle = "certgate counts of denials, 1\n";
constexpr std::size_t kTitleBytes = sizeof(DenialCount);
constexpr off_t kBytes =
    static_cast<off_t>(kTitleBytes + DenialLedger::kSlots * sizeof(DenialCount));

off_t PlaceOf(std::size_t slot) {
  return static_cast<off_t>(kTitleBytes + slot * sizeof(DenialCount));
}

absl::Status CannotUse(const std::string& path, const std::string& why, const char* next) {
  return absl::UnavailableError("cannot use `" + path + "`: " + why + "; " + next);
}

absl::Status CannotUse(const std::string& path, int error, const char* next) {
  return CannotUse(path, std::system_category().message(error), next);
}

// Returns errno, or 0.
int WriteBytes(int fd, const void* data, std::size_t size, off_t at) {
  WriteSignals signals;
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = pwrite(fd, bytes, size, at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int error = written == 0 ? EIO : errno;
      signals.Discard(error);
      return error;
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
    at += written;
  }
  return 0;
}

// Returns errno, or 0.
int ReadBytes(int fd, void* data, std::size_t size, off_t at) {
  auto* bytes = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t count = pread(fd, bytes, size, at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0 ? EIO : errno;
    bytes += count;
    size -= static_cast<std::size_t>(count);
    at += count;
  }
  return 0;
}

// Returns errno, or 0.
int Allocate(int fd) {
  WriteSignals signals;
  int error = EINTR;
  while (error == EINTR) error = posix_fallocate(fd, 0, kBytes);
  signals.Discard(error);
  return error;
}

enum class Content { kNone, kLedger, kOther };

Content ContentOf(int fd, off_t size) {
  std::array<char, kTitle.size()> title{};
  const auto length = static_cast<std::size_t>(std::min<off_t>(size, kTitle.size()));
  if (ReadBytes(fd, title.data(), length, 0) != 0) return Content::kOther;
  const std::string_view found(title.data(), length);
  // One that was made, and not written to before a crash, holds zeros.
  if (found.find_first_not_of('\0') == std::string_view::npos) return Content::kNone;
  return found == kTitle ? Content::kLedger : Content::kOther;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DenialLedger>> DenialLedger::Open(const std::string& path) {
  constexpr char kPermit[] = "let the server's user make and write it";
  FileDescriptor file(
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600));
  struct stat status = {};
  if (!file.is_open() || fstat(file.get(), &status) != 0) return CannotUse(path, errno, kPermit);
  if (!S_ISREG(status.st_mode)) {
    return CannotUse(path, "it is not a regular file", "move it away");
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return CannotUse(path, "another process uses it", "give each server an audit file of its own");
  }
  const Content content = ContentOf(file.get(), status.st_size);
  if (content == Content::kOther) {
    return CannotUse(path, "it holds something else than counts", "move it away");
  }
  if (const int error = Allocate(file.get()); error != 0) {
    return CannotUse(path, error, "make room on its disk");
  }
  if (content == Content::kNone) {
    // All of it: some file systems need room again when they write to what is only set apart.
    std::string bytes(kTitle);
    bytes.resize(static_cast<std::size_t>(kBytes), '\0');
    const int error = WriteBytes(file.get(), bytes.data(), bytes.size(), 0);
    if (error != 0) return CannotUse(path, error, "make room on its disk");
  }
  return std::unique_ptr<DenialLedger>(new DenialLedger(path, std::move(file)));
}

absl::StatusOr<DenialLedger::Left> DenialLedger::Read() const {
  Left left;
  left.counts.resize(kSlots);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    DenialCount& count = left.counts[slot];
    const int error = ReadBytes(file_.get(), &count, sizeof(count), PlaceOf(slot));
    if (error != 0) return CannotUse(path_, error, "move it away");
    if (count.head.count == 0) continue;
    if (count.IsWhole()) continue;
    ++left.damaged;
    count = DenialCount();
  }
  return left;
}

absl::Status DenialLedger::Write(std::size_t slot, const DenialCount& count) {
  return WriteAt(slot, count, sizeof(count));
}

absl::Status DenialLedger::WriteHead(std::size_t slot, const DenialCount& count) {
  return WriteAt(slot, count, sizeof(count.head));
}

absl::Status DenialLedger::WriteAt(std::size_t slot, const DenialCount& count, std::size_t bytes) {
  const int error = WriteBytes(file_.get(), &count, bytes, PlaceOf(slot));
  return error == 0 ? absl::OkStatus() : CannotUse(path_, error, "look after its disk");
}

}  // namespace certgate
