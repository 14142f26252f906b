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
  absl::Status Write(std::string_view line) override { return lines_.Write(line); }
  std::string name() const override { return "standard output"; }

 private:
  LineWriter lines_{STDOUT_FILENO};
};

}  // namespace

std::unique_ptr<AuditSink> OpenAuditStdout() { return std::make_unique<StdoutSink>(); }

}  // namespace certgate
