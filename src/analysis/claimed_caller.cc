#include "src/analysis/claimed_caller.h"

#include <absl/status/statusor.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "src/identity/authority.h"
#include "src/identity/pem_certificates.h"
#include "src/identity/trust_anchors.h"
#include "src/policy/load_value.h"
#include "src/yaml/input_file.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

Problem InField(Field field, const std::string& why) {
  return {Quote(ToString(field)) + " " + why, "give it as it stands in the certificate"};
}

std::optional<Problem> CheckTexts(Field field, const std::vector<std::string>& texts) {
  const bool is_name = field == Field::kCn || field == Field::kOu;
  for (const std::string& text : texts) {
    if (text.empty()) return InField(field, "is empty");
    if (HasControl(text)) return InField(field, "holds a control character");
    if (is_name && text.size() > kMaxNameBytes) {
      return InField(field, "is longer than 256 bytes: no such certificate is accepted");
    }
  }
  return std::nullopt;
}

// Serial numbers and fingerprints in the form of a policy.
std::optional<Problem> Canonicalize(Field field, const std::string& text, std::string& result) {
  if (text.empty()) return std::nullopt;
  auto value = ParseSelectorValue(field, text, ValueForm::kPlain);
  if (auto* problem = std::get_if<Problem>(&value)) return std::move(*problem);
  result = std::get<SelectorValue>(value).text;
  return std::nullopt;
}

std::optional<Problem> CheckIssuers(const std::vector<std::string>& issuers,
                                    const std::vector<Authority>& authorities) {
  std::vector<std::string_view> names;
  for (const Authority& authority : authorities) names.push_back(authority.name);
  for (const std::string& issuer : issuers) {
    if (std::find(names.begin(), names.end(), issuer) != names.end()) continue;
    return Problem{"unknown issuer " + Quote(issuer),
                   DidYouMean(issuer, names, "name one of the policy's `authorities`")};
  }
  return std::nullopt;
}

std::vector<VouchingAuthority> Vouching(std::vector<std::string> issuers,
                                        const std::vector<Authority>& authorities) {
  if (issuers.empty() && authorities.size() == 1) issuers.push_back(authorities.front().name);
  std::vector<VouchingAuthority> vouching;
  for (std::string& issuer : issuers) {
    vouching.push_back({std::move(issuer), absl::InfinitePast(), absl::InfiniteFuture()});
  }
  return vouching;
}

PresentedCaller Refused(Reason reason, std::string detail) {
  PresentedCaller caller;
  caller.refusal = reason;
  caller.detail = std::move(detail);
  return caller;
}

// Why a server with this CA file would not finish the handshake; empty if it would.
std::variant<std::string, Problem> HandshakeFault(const std::vector<X509Ptr>& certificates,
                                                  const std::string& ca_file, absl::Time now) {
  const std::variant<std::string, Problem> pem = ReadInputFile(ca_file, "CA file");
  if (const auto* problem = std::get_if<Problem>(&pem)) return *problem;
  const auto anchors = TrustAnchors::Parse(std::get<std::string>(pem));
  if (!anchors.ok()) {
    return Problem{"the CA file " + QuotePath(ca_file) +
                       " cannot be used: " + std::string(anchors.status().message()),
                   "name the PEM file that the server has as its client CA"};
  }
  const std::optional<ChainValidity> validity = (*anchors)->VerifyChain(certificates);
  if (!validity.has_value()) {
    return "no CA in " + QuotePath(ca_file) + " vouches for it: the TLS handshake fails";
  }
  if (now < validity->not_before || now > validity->not_after) {
    return "a CA certificate above it is not valid at that time: the TLS handshake fails";
  }
  return "";
}

}  // namespace

std::variant<PeerIdentity, Problem> IdentityOf(const ClaimedCaller& claimed,
                                               const PolicySource& policy) {
  const std::vector<std::string> cn =
      claimed.cn ? std::vector<std::string>{*claimed.cn} : std::vector<std::string>{};
  const std::pair<Field, const std::vector<std::string>*> texts[] = {
      {Field::kCn, &cn},           {Field::kOu, &claimed.ou},   {Field::kO, &claimed.o},
      {Field::kDns, &claimed.dns}, {Field::kUri, &claimed.uri}, {Field::kEmail, &claimed.email}};
  for (const auto& [field, values] : texts) {
    if (std::optional<Problem> problem = CheckTexts(field, *values)) return *std::move(problem);
  }
  const std::vector<Authority>& authorities = policy.policy->authorities();
  if (std::optional<Problem> problem = CheckIssuers(claimed.issuer, authorities)) {
    return *std::move(problem);
  }

  PeerIdentity identity;
  identity.standing = ChainStanding::kProven;
  identity.common_name = claimed.cn;
  identity.organizational_units = claimed.ou;
  identity.organizations = claimed.o;
  identity.dns_names = claimed.dns;
  identity.uris = claimed.uri;
  identity.emails = claimed.email;
  identity.authorities = Vouching(claimed.issuer, authorities);
  if (claimed.uri.size() == 1 && claimed.uri.front().starts_with("spiffe://")) {
    identity.spiffe_id = claimed.uri.front();
  }
  CertificateSummary& certificate = identity.certificate;
  certificate.not_before = absl::InfinitePast();
  certificate.not_after = absl::InfiniteFuture();
  std::optional<Problem> problem =
      Canonicalize(Field::kSerial, claimed.serial, certificate.serial_number);
  if (!problem) problem = Canonicalize(Field::kSha256, claimed.sha256, certificate.sha256);
  if (problem) return *std::move(problem);
  return identity;
}

std::variant<PresentedCaller, Problem> IdentityOfCertificate(const std::string& path,
                                                             const std::string& ca_file,
                                                             const PolicySource& policy,
                                                             absl::Time now) {
  const std::variant<std::string, Problem> text = ReadInputFile(path, "certificate file");
  if (const auto* problem = std::get_if<Problem>(&text)) return *problem;
  const std::string& pem = std::get<std::string>(text);
  const auto certificates = ReadPemCertificates(pem);
  if (!certificates.ok()) {
    return Problem{"the certificate file " + QuotePath(path) +
                       " cannot be used: " + std::string(certificates.status().message()),
                   "name a PEM file with the caller's certificate, and its chain behind it"};
  }
  if (!ca_file.empty()) {
    std::variant<std::string, Problem> fault = HandshakeFault(*certificates, ca_file, now);
    if (auto* problem = std::get_if<Problem>(&fault)) return std::move(*problem);
    auto& why = std::get<std::string>(fault);
    if (!why.empty()) return Refused(Reason::kNoCertificate, std::move(why));
  }
  const IdentityReading reading = ReadPeerIdentity(pem);
  if (reading.identity == nullptr) return Refused(Reason::kIdentityRejected, reading.rejection);
  PresentedCaller caller;
  caller.identity = *reading.identity;
  // Without --ca it is asked what the policy says of somebody whom the server trusts.
  caller.identity->standing = ChainStanding::kProven;
  caller.identity->authorities = FindVouchingAuthorities(pem, "", policy.policy->authorities());
  return caller;
}

}  // namespace certgate
