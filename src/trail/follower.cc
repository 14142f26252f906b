#include "src/trail/follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "src/files/regular_file.h"
#include "src/trail/packed_source.h"

namespace certgate {
namespace {

constexpr std::size_t kStepBytes = std::size_t{256} * 1024;

int OpenToRead(const std::string& path) {
  return open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

absl::Status CannotFollow(const std::string& path, const std::string& why,
                          const std::string& next_step) {
  return absl::FailedPreconditionError("cannot follow `" + path + "`: " + why + "; " + next_step);
}

absl::Status CannotRead(const std::string& path) {
  return absl::UnavailableError("cannot read `" + path + "`: " + SystemReason(errno) +
                                "; check the path and its permissions");
}

bool IsPacked(int fd) {
  char beginning[4] = {};
  const ssize_t got = pread(fd, beginning, sizeof beginning, 0);
  const std::string_view bytes(beginning, got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes.starts_with(kGzipMagic) || bytes.starts_with(kZstdMagic);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrailFollower>> TrailFollower::Open(const std::string& path) {
  const int fd = OpenToRead(path);
  if (fd < 0) return CannotRead(path);
  std::unique_ptr<TrailFollower> follower(new TrailFollower(path, fd));
  struct stat status {};
  if (fstat(fd, &status) != 0) return CannotRead(path);
  if (!S_ISREG(status.st_mode)) {
    return CannotFollow(path, "it is no regular file", "name the file that the server writes");
  }
  if (IsPacked(fd)) {
    return CannotFollow(path, "it is packed, and nobody writes to it any more",
                        "name the file that the server writes, or leave out --follow");
  }
  return follower;
}

TrailFollower::TrailFollower(std::string path, int fd)
    : path_(std::move(path)), fd_(fd), buffer_(kStepBytes + kLinePadding) {}

TrailFollower::~TrailFollower() { close(fd_); }

void TrailFollower::Begin(int fd) {
  if (fd != fd_) close(fd_);
  fd_ = fd;
  Restart();
}

void TrailFollower::Restart() {
  offset_ = 0;
  used_ = 0;
  is_in_long_line_ = false;
  passes_over_ = false;
}

bool TrailFollower::StartBeforeEnd(std::uint64_t bytes) {
  struct stat status {};
  if (fstat(fd_, &status) != 0 || static_cast<std::uint64_t>(status.st_size) <= bytes) return false;
  offset_ = static_cast<std::uint64_t>(status.st_size) - bytes;
  passes_over_ = true;
  return true;
}

std::string TrailFollower::TakeNews() { return std::exchange(news_, {}); }

absl::Status TrailFollower::ReadOn(const Visit& visit) {
  while (true) {
    if (buffer_.size() - kLinePadding - used_ < kStepBytes) {
      buffer_.resize(used_ + kStepBytes + kLinePadding);
    }
    const ssize_t got = pread(fd_, buffer_.data() + used_, kStepBytes, static_cast<off_t>(offset_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return CannotRead(path_);
    if (got == 0) return absl::OkStatus();
    offset_ += static_cast<std::uint64_t>(got);
    used_ += static_cast<std::size_t>(got);
    VisitLines(visit);
  }
}

// Gives out the whole lines of the buffer, and keeps what stands behind them.
void TrailFollower::VisitLines(const Visit& visit) {
  std::string_view rest(buffer_.data(), used_);
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    const bool is_too_long = is_in_long_line_ || end > kMostLineBytes;
    const std::string_view text = is_too_long ? std::string_view() : rest.substr(0, end);
    if (!passes_over_) visit({text, 0, is_too_long, false});
    passes_over_ = false;
    is_in_long_line_ = false;
    rest.remove_prefix(end + 1);
  }
  if (rest.size() > kMostLineBytes) {
    is_in_long_line_ = true;
    rest = {};
  }
  std::copy(rest.begin(), rest.end(), buffer_.begin());
  used_ = rest.size();
}

absl::Status TrailFollower::Poll(const Visit& visit) {
  if (absl::Status read = ReadOn(visit); !read.ok()) return read;
  struct stat own {};
  struct stat named {};
  if (fstat(fd_, &own) != 0) return CannotRead(path_);
  if (static_cast<std::uint64_t>(own.st_size) < offset_) {
    Restart();
    news_ = "was cut short";
    return ReadOn(visit);
  }
  // Between the rename of the old file and the making of the new one there is none.
  if (stat(path_.c_str(), &named) != 0) return absl::OkStatus();
  const bool is_same = own.st_dev == named.st_dev && own.st_ino == named.st_ino;
  // logrotate makes the new file empty, and the server writes to the old one until it is told.
  if (is_same || named.st_size == 0) return absl::OkStatus();
  return GoOnWithNewFile(visit);
}

absl::Status TrailFollower::GoOnWithNewFile(const Visit& visit) {
  const int fd = OpenToRead(path_);
  if (fd < 0) return absl::OkStatus();  // the next time
  absl::Status read = ReadOn(visit);
  if (used_ > 0) visit({{buffer_.data(), used_}, 0, false, true});
  Begin(fd);
  news_ = "was rotated";
  if (!read.ok()) return read;
  return ReadOn(visit);
}

}  // namespace certgate
