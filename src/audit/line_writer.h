#ifndef CERTGATE_SRC_AUDIT_LINE_WRITER_H_
#define CERTGATE_SRC_AUDIT_LINE_WRITER_H_

#include <absl/status/status.h>

#include <string_view>

namespace certgate {

/// Writes whole lines to a file descriptor with write(2), so that each is in the kernel's hands
/// when `Write` returns. Not thread-safe.
///
/// Neither SIGPIPE (a closed pipe) nor SIGXFSZ (RLIMIT_FSIZE) reaches the process because of a
/// line: a library must not change the process's signal handling, so both are held back in the
/// writing thread for the length of the call, and what the write raised is taken away.
class LineWriter {
 public:
  /// Writes to `fd`, which it does not own and which must outlive it.
  explicit LineWriter(int fd) : fd_(fd) {}

  /// Writes `line`, which ends with a newline. Interrupted and short writes go on; a descriptor
  /// that is not ready is waited for. On an error (Unavailable, with the system's reason) what was
  /// written of the line is cut off again; where that cannot be done the next line begins with a
  /// newline, so that it stands alone.
  absl::Status Write(std::string_view line);

 private:
  void TakeBack(std::string_view written);

  const int fd_;
  bool torn_ = false;  // the place ends in the middle of a line
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_LINE_WRITER_H_
