#ifndef CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_
#define CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_

#include <certgate/peer_identity.h>

#include <string>

namespace certgate {

class RecordFrame;

/// Writes the members of `tls.client`. `caller` is null for a certificate that was refused as an
/// identity.
void WriteCertificate(const CertificateSummary& certificate, const PeerIdentity* caller,
                      RecordFrame& frame);

/// The same as text, for `DecisionRecord::encoded_certificate`: made once for a certificate that
/// makes many calls. Empty if there is nothing to tell, or if something would be cut, of which the
/// record has to tell each time. Throws std::bad_alloc.
std::string EncodeCertificate(const IdentityReading& reading);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_CERTIFICATE_ENCODER_H_
