#include <certgate/audit_log.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "src/audit/line_writer.h"

namespace certgate {
namespace {

class StdoutSink final : public AuditSink {
 public:
  Written Write(std::string_view lines) override {
    absl::Status status = lines_.Write(lines);
    const std::size_t bytes = status.ok() ? lines.size() : 0;
    return {std::move(status), bytes};
  }
  std::string name() const override { return "standard output"; }

 private:
  LineWriter lines_{STDOUT_FILENO};
};

}  // namespace

std::unique_ptr<AuditSink> OpenAuditStdout() { return std::make_unique<StdoutSink>(); }

}  // namespace certgate
