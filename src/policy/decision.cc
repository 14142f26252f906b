#include <certgate/decision.h>

namespace certgate {

std::string_view ToString(Effect effect) noexcept {
  return effect == Effect::kAllow ? "allow" : "deny";
}

std::string_view ToString(Reason reason) noexcept {
  switch (reason) {
    case Reason::kInternalError:
      return "internal_error";
    case Reason::kAllowed:
      return "allowed";
    case Reason::kWouldDeny:
      return "would_deny";
    case Reason::kNoMatchingRule:
      return "no_matching_rule";
    case Reason::kMethodNotListed:
      return "method_not_listed";
    case Reason::kDeniedByRule:
      return "denied_by_rule";
    case Reason::kMalformedMethod:
      return "malformed_method";
    case Reason::kNoCertificate:
      return "no_certificate";
    case Reason::kIdentityRejected:
      return "identity_rejected";
    case Reason::kCertificateExpired:
      return "certificate_expired";
    case Reason::kCertificateNotYetValid:
      return "certificate_not_yet_valid";
    case Reason::kCertificateRevoked:
      return "certificate_revoked";
    case Reason::kRevocationUnknown:
      return "revocation_unknown";
    case Reason::kIssuerUnproven:
      return "issuer_unproven";
    case Reason::kAuditUnavailable:
      return "audit_unavailable";
  }
  return "internal_error";
}

std::string_view ToString(Mode mode) noexcept {
  return mode == Mode::kObserve ? "observe" : "enforce";
}

std::string_view ToString(Field field) noexcept {
  switch (field) {
    case Field::kNone:
      return "";
    case Field::kCn:
      return "cn";
    case Field::kOu:
      return "ou";
    case Field::kO:
      return "o";
    case Field::kDns:
      return "dns";
    case Field::kUri:
      return "uri";
    case Field::kEmail:
      return "email";
    case Field::kIssuer:
      return "issuer";
    case Field::kSerial:
      return "serial";
    case Field::kSha256:
      return "sha256";
    case Field::kClient:
      return "client";
    case Field::kAny:
      return "any";
  }
  return "";
}

}  // namespace certgate
