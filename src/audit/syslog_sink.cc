#include <absl/status/status.h>
#include <absl/time/time.h>
#include <certgate/audit_sink.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "src/audit/print_us_ascii.h"
#include "src/audit/syslog_address.h"
#include "src/audit/syslog_connection.h"
#include "src/audit/syslog_message.h"

namespace certgate {
namespace {

using Clock = std::chrono::steady_clock;

// How long a server that could not be reached is left alone, and one that hangs is waited for.
constexpr std::chrono::milliseconds kPause(200);
// RFC 5424, section 6.2.5.
constexpr std::size_t kMostAppNameBytes = 48;

// With its newline, if it has one.
std::string_view FirstLine(std::string_view lines) {
  return lines.substr(0, std::min(lines.find('\n'), lines.size() - 1) + 1);
}

class SyslogSink final : public AuditSink {
 public:
  SyslogSink(AuditSyslogOptions options, SyslogAddress address, int facility)
      : options_(std::move(options)),
        address_(std::move(address)),
        messages_(facility, options_.app_name) {}

  Written Write(std::string_view lines) override {
    Written written;
    if (connection_ != nullptr && connection_->IsBroken()) Disconnect();
    const auto patience = is_stuck_ ? kPause : absl::ToChronoNanoseconds(options_.write_timeout);
    const auto deadline = Clock::now() + patience;
    if (!owed_.empty()) {
      written.status = Send(owed_, deadline);
      if (!written.status.ok()) return written;
      owed_.clear();
    }
    while (written.bytes < lines.size()) {
      const std::string_view line = FirstLine(lines.substr(written.bytes));
      std::string message = messages_.Of(line);
      written.status = Send(message, deadline);
      if (written.status.ok() || sent_ > 0) written.bytes += line.size();
      if (written.status.ok()) continue;
      // What is half sent cannot be taken back, so it stays in the place, and its rest follows.
      if (sent_ > 0) owed_ = std::move(message);
      return written;
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
    if (!sent.ok() && is_old && connection_ == nullptr && Clock::now() < deadline) {
      sent = TrySend(message, deadline);
    }
    // A server that hangs is waited for once, and then only looked at: it must not hold up each
    // call. Its connection is kept. A new one would take records again, for nobody to read them.
    is_stuck_ = !sent.ok() && connection_ != nullptr;
    return sent;
  }

  absl::Status TrySend(const std::string& message, Clock::time_point deadline) {
    if (absl::Status connected = Connect(); !connected.ok()) return connected;
    if (sent_ == 0) framed_ = connection_->Framed(message);
    absl::Status sent = connection_->Send(framed_, sent_, deadline);
    if (sent.ok()) sent_ = 0;
    if (!sent.ok() && connection_->IsBroken()) Disconnect();
    return sent;
  }

  void Disconnect() {
    connection_.reset();
    sent_ = 0;
    is_stuck_ = false;
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
    // Where an attempt takes long, calls are to wait for one at most half of the time.
    try_again_at_ = Clock::now() + std::max<Clock::duration>(kPause, Clock::now() - now);
    return refusal_;
  }

  const AuditSyslogOptions options_;
  const SyslogAddress address_;
  const SyslogMessages messages_;
  std::unique_ptr<SyslogConnection> connection_;
  // The message that is on its way over this connection, and how much of it the kernel has.
  std::string framed_;
  std::size_t sent_ = 0;
  // The message that an earlier call left half sent; empty for none.
  std::string owed_;
  // The server took nothing in all the time that it had.
  bool is_stuck_ = false;
  // Why the server could not be reached, and until when that is believed.
  absl::Status refusal_;
  Clock::time_point try_again_at_;
};

bool IsAppName(std::string_view name) {
  return !name.empty() && name.size() <= kMostAppNameBytes && IsPrintUsAscii(name);
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
