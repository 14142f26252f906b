#ifndef CERTGATE_TESTS_UNIT_AUDIT_SAMPLE_RECORD_H_
#define CERTGATE_TESTS_UNIT_AUDIT_SAMPLE_RECORD_H_

#include <certgate/audit_record.h>
#include <certgate/peer_identity.h>

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "src/audit/chain.h"
#include "src/audit/own_records.h"
#include "src/audit/record_encoder.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {

/// A caller with a value in each field.
PeerIdentity SampleCaller();

/// The refusal that docs/audit.md shows; `caller` must outlive the record.
DecisionRecord DeniedRecord(const PeerIdentity& caller);
/// The same caller, admitted.
DecisionRecord AllowedRecord(const PeerIdentity& caller);

/// A call that ran for 12.3 seconds and was ended because its certificate is revoked.
DecisionRecord RevokedRecord(const PeerIdentity& caller);

/// A call that ran for 12.3 seconds and ended as `end`, which must outlive the record, says.
DecisionRecord EndedRecord(const PeerIdentity& caller, const CallEnd& end);

/// The load that docs/audit.md shows, and one that was refused for two errors.
PolicyLoadRecord LoadedRecord();
PolicyLoadRecord RefusedLoadRecord();

/// The failed handshake that docs/audit.md shows.
HandshakeRecord FailedHandshakeRecord();

/// The record that opens a trail behind another file with a torn end, and is signed.
TrailRecord OpenRecord();
/// 99 denials of one caller and one method.
SuppressedRecord FloodRecord();

/// Encodes `record` as the first of a trail, as `EncodeRecord` does those that have one.
template <typename Record>
std::string EncodedLine(const Record& record, std::uint64_t sequence, const std::string& service,
                        const std::string& version, const ChainSigner* signer = nullptr) {
  std::string line;
  AppendNumbered(EncodeUnnumbered(record, {service, version}), sequence, line);
  EndRecord(0, ChainHash(), signer, line);
  return line;
}

/// Encodes `record` with sequence 42 for `greeter-server` 0.1.0, and checks that it is one line of
/// printable ASCII within the bound, and the first of a sound chain, before it is parsed. The chain
/// is left out.
nlohmann::json Encoded(const DecisionRecord& record);
nlohmann::json Encoded(const PolicyLoadRecord& record);
nlohmann::json Encoded(const HandshakeRecord& record);
nlohmann::json Encoded(const TrailRecord& record);
nlohmann::json Encoded(const SuppressedRecord& record);

/// True for one line of printable ASCII that ends with its newline and is within the bound.
bool IsOneBoundedLine(std::string_view line);

/// Reads a file whole; empty if there is none.
std::string ReadFile(const std::string& path);

/// Runs `body` in a child process and returns its result, or -1 if a signal ended it. `body` must
/// not use the test framework.
int InChild(const std::function<int()>& body);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_SAMPLE_RECORD_H_
