#ifndef CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_
#define CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_

#include <certgate/peer_identity.h>

#include <string>
#include <string_view>

namespace certgate {

class RecordFrame;

/// Writes the members of `tls.client`. `caller` is null for a certificate that was refused as an
/// identity.
void WriteCertificate(const CertificateSummary& certificate, const PeerIdentity* caller,
                      RecordFrame& frame);

/// Writes the list `subject.common_name` of a caller's `x509`; empty without a name.
void WriteCommonName(std::string_view name, RecordFrame& frame);

/// What `WriteCertificate` writes, as text, for `DecisionRecord::encoded_certificate`: made once
/// for a certificate that makes many calls. Empty if there is nothing to tell, or if something
/// would be cut, of which the record has to tell each time. Throws std::bad_alloc.
std::string EncodeCertificate(const IdentityReading& reading);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_
