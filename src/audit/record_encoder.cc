#include "src/audit/record_encoder.h"

#include <utility>

namespace certgate {

std::string Number(UnnumberedRecord record, std::uint64_t sequence) {
  record.line.insert(record.sequence_at, std::to_string(sequence));
  return std::move(record.line);
}

std::string EncodeRecord(const DecisionRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Number(EncodeUnnumbered(record, service_name, service_version), sequence);
}

std::string EncodeRecord(const PolicyLoadRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Number(EncodeUnnumbered(record, service_name, service_version), sequence);
}

std::string EncodeRecord(const HandshakeRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Number(EncodeUnnumbered(record, service_name, service_version), sequence);
}

}  // namespace certgate
