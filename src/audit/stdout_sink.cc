#include <certgate/audit_sink.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "src/audit/file_descriptor.h"
#include "src/audit/line_writer.h"

namespace certgate {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

// A second descriptor for the pipe or terminal behind standard output that never waits, as far as
// the system gives one. O_NONBLOCK on the first would change it for all who share it: the shell,
// and what else the process prints.
FileDescriptor NonBlockingTwin() {
  struct stat status = {};
  if (fstat(STDOUT_FILENO, &status) != 0) return FileDescriptor();
  if (!S_ISFIFO(status.st_mode) && isatty(STDOUT_FILENO) != 1) return FileDescriptor();
  return FileDescriptor(
      open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC));
}

class StdoutSink final : public AuditSink {
 public:
  Written Write(std::string_view lines) override { return lines_.Write(lines); }
  std::string name() const override { return "standard output"; }

 private:
  const FileDescriptor twin_ = NonBlockingTwin();
  LineWriter lines_{twin_.is_open() ? twin_.get() : STDOUT_FILENO, kPatience};
};

}  // namespace

std::unique_ptr<AuditSink> OpenAuditStdout() { return std::make_unique<StdoutSink>(); }

}  // namespace certgate
