#include "src/server/logging.h"

#include <absl/strings/str_format.h>
#include <absl/time/time.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string_view>
#include <utility>

namespace certgate {
namespace {

constexpr char kLoggerName[] = "greeter-server";

std::string Time(const spdlog::details::log_msg& message) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", absl::FromChrono(message.time),
                          absl::UTCTimeZone());
}

std::string_view Payload(const spdlog::details::log_msg& message) {
  return {message.payload.data(), message.payload.size()};
}

bool IsControl(unsigned char byte) { return byte < 0x20 || byte == 0x7f; }

// A message may quote what a peer sent: nothing in it may start a line or drive a terminal.
std::string WithoutControls(std::string_view text) {
  std::string safe(text);
  for (char& c : safe) {
    if (IsControl(static_cast<unsigned char>(c))) c = '?';
  }
  return safe;
}

// The content of a JSON string (RFC 8259, section 7), in ASCII: bytes above 0x7e stand as if they
// were Latin-1, so that text of any encoding gives valid JSON.
std::string JsonEscape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += {'\\', c};
    } else if (IsControl(byte) || byte > 0x7e) {
      absl::StrAppendFormat(&escaped, "\\u%04x", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string TextLine(const spdlog::details::log_msg& message) {
  const auto level = spdlog::level::to_string_view(message.level);
  return absl::StrFormat("%s %-7s %s\n", Time(message),
                         std::string_view(level.data(), level.size()),
                         WithoutControls(Payload(message)));
}

// Field names of the Elastic Common Schema, as in the audit records.
std::string JsonLine(const spdlog::details::log_msg& message) {
  const auto level = spdlog::level::to_string_view(message.level);
  return absl::StrFormat(R"({"@timestamp":"%s","log":{"level":"%s","logger":"%s"},"message":"%s"})"
                         "\n",
                         Time(message), std::string_view(level.data(), level.size()), kLoggerName,
                         JsonEscape(Payload(message)));
}

class LineFormatter final : public spdlog::formatter {
 public:
  using MakeLine = std::string (*)(const spdlog::details::log_msg&);
  explicit LineFormatter(MakeLine make_line) : make_line_(make_line) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& target) override {
    const std::string line = make_line_(message);
    target.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(make_line_);
  }

 private:
  const MakeLine make_line_;
};

}  // namespace

void StartLogging(const std::string& format, const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>(kLoggerName,
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<LineFormatter>(format == "json" ? &JsonLine : &TextLine));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace certgate
