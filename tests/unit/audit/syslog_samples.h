#ifndef CERTGATE_TESTS_UNIT_AUDIT_SYSLOG_SAMPLES_H_
#define CERTGATE_TESTS_UNIT_AUDIT_SYSLOG_SAMPLES_H_

#include <absl/time/time.h>
#include <certgate/audit_sink.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {

/// A sink to the syslog server at `address`.
inline std::unique_ptr<AuditSink> SinkTo(const std::string& address,
                                         absl::Duration write_timeout = absl::Seconds(10)) {
  auto sink = OpenAuditSyslog({.address = address, .write_timeout = write_timeout});
  REQUIRE(sink.ok());
  return *std::move(sink);
}

/// A denial with the number `sequence`, the first of a chain.
inline std::string Record(std::uint64_t sequence) {
  const PeerIdentity caller = SampleCaller();
  return EncodedLine(DeniedRecord(caller), sequence, "greeter-server", "0.1.0");
}

/// A record as long as they get.
inline std::string LongRecord() {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  const std::string longest(60000, '\x01');
  record.path = record.rule_name = record.rule_owner = record.rule_reason = record.nearest_rule =
      record.detail = record.peer.uri = longest;
  return EncodedLine(record, 1, "greeter-server", "0.1.0");
}

/// As one record, more than any socket holds.
inline std::string HugeRecord() { return "{" + std::string(std::size_t{8} << 20, 'x') + "}\n"; }

/// The record that `message` holds.
inline std::string TextOf(const std::string& message) {
  const std::size_t at = message.find(" - {");
  REQUIRE(at != std::string::npos);
  return message.substr(at + 3) + "\n";
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_SYSLOG_SAMPLES_H_
