#include "src/audit/record_encoder.h"

#include <array>
#include <charconv>

#include "src/audit/chain.h"

namespace certgate {
namespace {

template <typename Record>
std::string Encode(const Record& record, std::uint64_t sequence, std::string_view service_name,
                   std::string_view service_version) {
  std::string line;
  AppendNumbered(
      EncodeUnnumbered(record, {std::string(service_name), std::string(service_version)}), sequence,
      line);
  EndRecord(0, ChainHash(), nullptr, line);
  return line;
}

}  // namespace

void AppendNumbered(const UnnumberedRecord& record, std::uint64_t sequence, std::string& out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), sequence).ptr;
  const std::string_view line = record.line;
  out.append(line.substr(0, record.sequence_at))
      .append(digits.data(), end)
      .append(line.substr(record.sequence_at));
}

std::string EncodeRecord(const DecisionRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Encode(record, sequence, service_name, service_version);
}

std::string EncodeRecord(const PolicyLoadRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Encode(record, sequence, service_name, service_version);
}

std::string EncodeRecord(const HandshakeRecord& record, std::uint64_t sequence,
                         std::string_view service_name, std::string_view service_version) {
  return Encode(record, sequence, service_name, service_version);
}

}  // namespace certgate
