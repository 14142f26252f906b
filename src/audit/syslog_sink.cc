#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/audit_sink.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "src/audit/syslog_address.h"
#include "src/audit/syslog_connection.h"
#include "src/audit/syslog_message.h"

namespace certgate {
namespace {

using Clock = std::chrono::steady_clock;

// How long a server that could not be reached is left alone.
constexpr std::chrono::milliseconds kPause(200);
// RFC 5424, section 6.2.5.
constexpr std::size_t kMostAppNameBytes = 48;

class SyslogSink final : public AuditSink {
 public:
  SyslogSink(AuditSyslogOptions options, SyslogAddress address, int facility)
      : options_(std::move(options)),
        address_(std::move(address)),
        messages_(facility, options_.app_name) {}

  Written Write(std::string_view lines) override {
    Written written;
    if (connection_ != nullptr && connection_->IsClosed()) connection_.reset();
    const auto deadline = Clock::now() + absl::ToChronoNanoseconds(options_.write_timeout);
    while (written.bytes < lines.size()) {
      const std::string_view rest = lines.substr(written.bytes);
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      written.status = Send(messages_.Of(line), deadline);
      if (!written.status.ok()) return written;
      written.bytes += line.size();
    }
    return written;
  }

  std::string name() const override { return "syslog `" + options_.address + "`"; }
  Opening Open() override { return {.place = "syslog " + options_.address}; }

 private:
  // A connection may turn out to be broken by what is sent: the server was started anew. Then the
  // message, of which it has nothing or a useless half, goes through a new one.
  absl::Status Send(const std::string& message, Clock::time_point deadline) {
    const bool is_old = connection_ != nullptr;
    absl::Status sent = TrySend(message, deadline);
    if (sent.ok() || !is_old || Clock::now() >= deadline) return sent;
    return TrySend(message, deadline);
  }

  absl::Status TrySend(const std::string& message, Clock::time_point deadline) {
    if (absl::Status connected = Connect(); !connected.ok()) return connected;
    absl::Status sent = connection_->Send(message, deadline);
    if (!sent.ok()) connection_.reset();
    return sent;
  }

  absl::Status Connect() {
    if (connection_ != nullptr) return absl::OkStatus();
    const auto now = Clock::now();
    if (now < try_again_at_) return refusal_;
    auto connection = SyslogConnection::Connect(
        address_, now + absl::ToChronoNanoseconds(options_.connect_timeout));
    if (connection.ok()) {
      connection_ = *std::move(connection);
      return absl::OkStatus();
    }
    refusal_ = connection.status();
    try_again_at_ = Clock::now() + kPause;
    return refusal_;
  }

  const AuditSyslogOptions options_;
  const SyslogAddress address_;
  const SyslogMessages messages_;
  std::unique_ptr<SyslogConnection> connection_;
  // Why the server could not be reached, and until when that is believed.
  absl::Status refusal_;
  Clock::time_point try_again_at_;
};

bool IsAppName(std::string_view name) {
  return !name.empty() && name.size() <= kMostAppNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool IsTimeLimit(absl::Duration duration) {
  return duration >= absl::Milliseconds(1) && duration <= absl::Minutes(1);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditSink>> OpenAuditSyslog(AuditSyslogOptions options) {
  auto address = SyslogAddress::Parse(options.address);
  if (!address.ok()) return address.status();
  const auto facility = SyslogFacility(options.facility);
  if (!facility) {
    return absl::InvalidArgumentError(
        "unknown syslog facility `" + options.facility +
        "`; use `authpriv`, `auth`, `daemon`, `user` or `local0` to `local7`");
  }
  if (!IsAppName(options.app_name)) {
    return absl::InvalidArgumentError("syslog application name `" + options.app_name +
                                      "` must be 1 to 48 printable characters without blanks");
  }
  if (!IsTimeLimit(options.connect_timeout) || !IsTimeLimit(options.write_timeout)) {
    return absl::InvalidArgumentError("a time limit of syslog is a millisecond to a minute");
  }
  return std::make_unique<SyslogSink>(std::move(options), *std::move(address), *facility);
}

}  // namespace certgate
