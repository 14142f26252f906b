#include "src/audit/certificate_encoder.h"

#include "src/audit/json_writer.h"
#include "src/audit/record_encoder.h"
#include "src/audit/record_fields.h"
#include "src/audit/record_frame.h"
#include "src/audit/timestamp.h"

namespace certgate {
namespace {

void WriteSubject(const PeerIdentity& caller, RecordFrame& frame) {
  JsonWriter& json = frame.json();
  json.Open("subject");
  WriteCommonName(caller.common_name.value_or(std::string()), frame);
  frame.Texts(kUnits, caller.organizational_units);
  frame.Texts(kOrganizations, caller.organizations);
  json.Close();
}

void WriteAlternativeNames(const PeerIdentity& caller, RecordFrame& frame) {
  frame.json().OpenList(kAlternativeNames.key(), kAlternativeNames.budget);
  if (!frame.AddAll("DNS:", caller.dns_names) || !frame.AddAll("URI:", caller.uris) ||
      !frame.AddAll("email:", caller.emails) || !frame.AddAll("IP:", caller.ip_addresses)) {
    frame.AddTruncated(kAlternativeNames);
  }
  frame.json().CloseList();
}

}  // namespace

void WriteCommonName(std::string_view name, RecordFrame& frame) {
  frame.json().OpenList(kCommonNames.key(), kCommonNames.budget);
  if (!name.empty() && !frame.json().Add("", name)) frame.AddTruncated(kCommonNames);
  frame.json().CloseList();
}

void WriteCertificate(const CertificateSummary& certificate, const PeerIdentity* caller,
                      RecordFrame& frame) {
  JsonWriter& json = frame.json();
  frame.Text(kSubject, certificate.subject);
  frame.Text(kIssuer, certificate.issuer);
  frame.Word("not_before", Timestamp(certificate.not_before, Precision::kSeconds).text());
  frame.Word("not_after", Timestamp(certificate.not_after, Precision::kSeconds).text());
  json.Open("hash");
  frame.Text(kSha256, certificate.sha256);
  json.Close();
  json.Open("x509");
  frame.Text(kSerialNumber, certificate.serial_number);
  if (caller != nullptr) WriteSubject(*caller, frame);
  json.Open("issuer");
  frame.Texts(kIssuerNames, certificate.issuer_common_names);
  json.Close();
  if (caller != nullptr) WriteAlternativeNames(*caller, frame);
  json.Close();
}

std::string EncodeCertificate(const IdentityReading& reading) {
  UnnumberedRecord piece;
  if (reading.certificate.sha256.empty()) return {};
  RecordFrame frame(piece);
  frame.json().Begin();
  WriteCertificate(reading.certificate, reading.identity.get(), frame);
  if (frame.has_truncated()) return {};
  return piece.line.substr(1);
}

}  // namespace certgate
