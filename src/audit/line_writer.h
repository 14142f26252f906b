#ifndef CERTGATE_SRC_AUDIT_LINE_WRITER_H_
#define CERTGATE_SRC_AUDIT_LINE_WRITER_H_

#include <absl/time/time.h>
#include <certgate/audit_sink.h>
#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string_view>

#include "src/audit/write_signals.h"

namespace certgate {

/// Writes whole lines to a file descriptor with write(2), so that all are in the kernel's hands
/// when `Write` returns. Not thread-safe.
///
/// Neither SIGPIPE (a closed pipe) nor SIGXFSZ (RLIMIT_FSIZE) reaches the process because of a
/// line: a library must not change the process's signal handling, so both are held back in the
/// writing thread for the length of the call, and what the write raised is taken away. A process
/// that ignores both when the writer is made, which is cheaper, must go on ignoring them.
class LineWriter {
 public:
  /// Writes to `fd`, which it does not own and which must outlive it. A reader who takes nothing
  /// for as long as `patience` is a failure; a finite patience is meant for pipes, sockets and
  /// terminals, to which it writes in small pieces.
  explicit LineWriter(int fd, absl::Duration patience = absl::InfiniteDuration())
      : fd_(fd), patience_(patience) {}

  /// Writes `lines`, one or more, each with its newline. Interrupted and short writes go on; a
  /// descriptor that is not ready is waited for. On an error (Unavailable, with the system's
  /// reason) all that was written is cut off again. Where that cannot be done the whole lines
  /// stay, which `bytes` counts, and the next lines begin with a newline if half a line is left.
  AuditSink::Written Write(std::string_view lines);

  /// Cuts off what the last successful `Write` wrote. False, and nothing is changed, if that is not
  /// the end of a regular file any more, cannot be cut, or was cut already.
  bool TakeBack();

  /// Where the last write to a regular file ended.
  off_t end();

  /// Somebody else wrote to the place or cut it: nothing can be taken back any more. With `is_torn`
  /// it ends with half a line, and the next lines begin with a newline.
  void NoteForeignEnd(bool is_torn) {
    last_ = 0;
    torn_ = is_torn;
    end_.reset();
  }

 private:
  const int fd_;
  const absl::Duration patience_;
  const bool holds_signals_ = !WriteSignals::AreIgnored();
  std::size_t last_ = 0;  // bytes of the last write, if it succeeded
  bool torn_ = false;     // the place ends in the middle of a line
  bool torn_before_last_ = false;
  // Spares a system call for each write. Empty if the kernel has to be asked.
  std::optional<off_t> end_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_LINE_WRITER_H_
