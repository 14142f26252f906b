#ifndef CERTGATE_SRC_AUDIT_FILE_DESCRIPTOR_H_
#define CERTGATE_SRC_AUDIT_FILE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace certgate {

/// Owns a file descriptor, or none, and closes it at the end of its life.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) Close(std::exchange(fd_, std::exchange(other.fd_, -1)));
    return *this;
  }
  ~FileDescriptor() { Close(fd_); }

  /// Negative if there is none.
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  static void Close(int fd) {
    if (fd >= 0) close(fd);
  }

  int fd_ = -1;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_FILE_DESCRIPTOR_H_
