#include "src/audit/line_writer.h"

#include <absl/status/status.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace certgate {
namespace {

// What a pipe takes at once when poll(2) finds it writable (PIPE_BUF of pipe(7)): a longer write
// could wait for the reader without an end.
constexpr std::size_t kPieceBytes = 4096;

int MillisecondsUntil(std::chrono::steady_clock::time_point deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// Whether the descriptor takes something within `patience`. A closed pipe counts too: the write
// says what is wrong.
bool WaitUntilWritable(int fd, absl::Duration patience) {
  const bool is_patient = patience == absl::InfiniteDuration();
  const auto deadline = std::chrono::steady_clock::now() +
                        absl::ToChronoMilliseconds(is_patient ? absl::ZeroDuration() : patience);
  pollfd ready = {fd, POLLOUT, 0};
  while (true) {
    const int count = poll(&ready, 1, is_patient ? -1 : MillisecondsUntil(deadline));
    if (count >= 0) return count > 0;
    if (errno != EINTR) return true;
  }
}

struct WriteResult {
  std::size_t written = 0;
  int error = 0;
};

// One write(2). Returns its errno, or 0.
int WriteOnce(int fd, std::string_view text, std::size_t& written) {
  const ssize_t count = write(fd, text.data(), text.size());
  if (count > 0) written += static_cast<std::size_t>(count);
  if (count == 0) return EIO;
  return count < 0 ? errno : 0;
}

// Whole lines, if they fit: others who write to the same pipe get no word in.
std::string_view FirstPiece(std::string_view text) {
  if (text.size() <= kPieceBytes) return text;
  const std::size_t lines = text.substr(0, kPieceBytes).rfind('\n') + 1;  // npos + 1 is 0
  return text.substr(0, lines > 0 ? lines : kPieceBytes);
}

WriteResult WriteAll(int fd, std::string_view text, absl::Duration patience, bool holds_signals) {
  const bool in_pieces = patience != absl::InfiniteDuration();
  std::optional<WriteSignals> signals;
  if (holds_signals) signals.emplace();
  WriteResult result;
  bool wait = in_pieces;
  while (result.written < text.size()) {
    if (wait && !WaitUntilWritable(fd, patience)) {
      result.error = ETIMEDOUT;
      break;
    }
    const std::string_view rest = text.substr(result.written);
    const int error = WriteOnce(fd, in_pieces ? FirstPiece(rest) : rest, result.written);
    const bool is_busy = error == EAGAIN || error == EWOULDBLOCK;
    wait = in_pieces || is_busy;
    if (error != 0 && error != EINTR && !is_busy) {
      if (signals) signals->Discard(error);
      result.error = error;
      break;
    }
  }
  return result;
}

// Cuts the last `count` bytes off a regular file, if they are its end: another process may have
// written behind them.
bool CutEnd(int fd, std::size_t count) {
  struct stat status = {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  const off_t end = lseek(fd, 0, SEEK_CUR);
  const off_t start = end - static_cast<off_t>(count);
  if (end != status.st_size || start < 0 || ftruncate(fd, start) != 0) return false;
  return lseek(fd, start, SEEK_SET) == start;
}

absl::Status CannotWrite(int error) {
  return absl::UnavailableError(error == ETIMEDOUT
                                    ? std::string("cannot write: the reader takes nothing")
                                    : "cannot write: " + std::system_category().message(error));
}

}  // namespace

AuditSink::Written LineWriter::Write(std::string_view lines) {
  const std::size_t separator = torn_ ? 1 : 0;
  std::string separated;
  std::string_view text = lines;
  if (torn_) {
    separated = std::string("\n").append(lines);
    text = separated;
  }
  last_ = 0;
  const WriteResult result = WriteAll(fd_, text, patience_, holds_signals_);
  if (result.error == 0) {
    last_ = text.size();
    if (end_) *end_ += static_cast<off_t>(text.size());
    torn_before_last_ = std::exchange(torn_, false);
    return {absl::OkStatus(), lines.size()};
  }
  end_.reset();
  AuditSink::Written written = {CannotWrite(result.error), 0};
  const std::string_view left = text.substr(0, result.written);
  if (left.empty() || CutEnd(fd_, left.size())) return written;
  torn_ = left.back() != '\n';
  const std::size_t whole = left.rfind('\n') + 1;  // npos + 1 is 0
  written.bytes = std::max(whole, separator) - separator;
  return written;
}

off_t LineWriter::end() {
  if (!end_) end_ = lseek(fd_, 0, SEEK_CUR);
  return *end_;
}

bool LineWriter::TakeBack() {
  if (last_ == 0) return false;
  end_.reset();
  if (!CutEnd(fd_, last_)) return false;
  last_ = 0;
  torn_ = torn_before_last_;
  return true;
}

}  // namespace certgate
