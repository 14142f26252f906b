#ifndef CERTGATE_TESTS_SUPPORT_LINE_SINK_H_
#define CERTGATE_TESTS_SUPPORT_LINE_SINK_H_

#include <certgate/audit_log.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace certgate::testing {

/// A place that looks at one record at a time. What a trail says of itself is taken and not shown.
class LineSink : public AuditSink {
 public:
  Written Write(std::string_view lines) final {
    Written written;
    while (written.bytes < lines.size()) {
      const std::string_view rest = lines.substr(written.bytes);
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      written.status = IsOfTrail(line) ? absl::OkStatus() : Take(line);
      if (!written.status.ok()) return written;
      written.bytes += line.size();
    }
    return written;
  }

 protected:
  virtual absl::Status Take(std::string_view line) = 0;

 private:
  static bool IsOfTrail(std::string_view line) {
    return line.find("\"certgate\":{\"trail\":") != std::string_view::npos;
  }
};

/// An audit log that goes to `sink` alone, with a record for each denial however many there are.
inline std::unique_ptr<AuditLog> LogTo(std::unique_ptr<AuditSink> sink,
                                       AuditLog::Service service = {"certgate-test", "0"}) {
  AuditOptions options;
  options.places.push_back({.sink = std::move(sink)});
  options.service = std::move(service);
  options.denials = {.burst = 0, .caller_burst = 0};
  return *AuditLog::Create(std::move(options));
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_LINE_SINK_H_
