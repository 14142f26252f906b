#include "src/audit/line_writer.h"

#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <string>
#include <system_error>

namespace certgate {
namespace {

// Holds back the signals that write(2) raises, in this thread, for its life.
class WriteSignals {
 public:
  WriteSignals() {
    sigemptyset(&raised_);
    sigaddset(&raised_, SIGPIPE);
    sigaddset(&raised_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &raised_, &before_);
  }
  ~WriteSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  WriteSignals(const WriteSignals&) = delete;
  WriteSignals& operator=(const WriteSignals&) = delete;

  // Takes away the signal that came with `error`. One that the application itself holds back is
  // left to it.
  void Discard(int error) {
    const int signal = error == EPIPE ? SIGPIPE : error == EFBIG ? SIGXFSZ : 0;
    if (signal == 0 || sigismember(&before_, signal) == 1) return;
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    const timespec at_once = {};
    while (sigtimedwait(&one, nullptr, &at_once) == -1 && errno == EINTR) {
    }
  }

 private:
  sigset_t raised_;
  sigset_t before_;
};

void WaitUntilWritable(int fd) {
  pollfd ready = {fd, POLLOUT, 0};
  poll(&ready, 1, -1);  // on a failure the next write tells
}

struct WriteResult {
  std::size_t written = 0;
  int error = 0;
};

WriteResult WriteAll(int fd, std::string_view text) {
  WriteSignals signals;
  WriteResult result;
  while (result.written < text.size()) {
    const std::string_view rest = text.substr(result.written);
    const ssize_t count = write(fd, rest.data(), rest.size());
    if (count > 0) {
      result.written += static_cast<std::size_t>(count);
      continue;
    }
    const int error = count == 0 ? EIO : errno;
    if (error == EAGAIN || error == EWOULDBLOCK) {
      WaitUntilWritable(fd);
    } else if (error != EINTR) {
      signals.Discard(error);
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

}  // namespace

absl::Status LineWriter::Write(std::string_view line) {
  std::string separated;
  if (torn_) {
    separated = std::string("\n").append(line);
    line = separated;
  }
  const WriteResult result = WriteAll(fd_, line);
  if (result.error == 0) {
    torn_ = false;
    return absl::OkStatus();
  }
  TakeBack(line.substr(0, result.written));
  return absl::UnavailableError("cannot write: " + std::system_category().message(result.error));
}

void LineWriter::TakeBack(std::string_view written) {
  if (written.empty() || CutEnd(fd_, written.size())) return;
  torn_ = written.back() != '\n';
}

}  // namespace certgate
