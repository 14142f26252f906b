#include "src/identity/alternative_names.h"

#include <absl/status/statusor.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/identity/asn1_text.h"
#include "src/identity/openssl_ptr.h"

namespace certgate {
namespace {

absl::Status AppendText(const ASN1_STRING* value, const char* what,
                        std::vector<std::string>& texts) {
  absl::StatusOr<std::string> text = DecodeIa5Value(value, what);
  if (!text.ok()) return text.status();
  texts.push_back(*std::move(text));
  return absl::OkStatus();
}

absl::Status AppendIpAddress(const ASN1_OCTET_STRING* value, std::vector<std::string>& texts) {
  const int length = ASN1_STRING_length(value);
  if (length != 4 && length != 16) {
    return absl::InvalidArgumentError("an IP address among the alternative names is malformed");
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = length == 4 ? AF_INET : AF_INET6;
  if (inet_ntop(family, ASN1_STRING_get0_data(value), text.data(), text.size()) == nullptr) {
    return absl::InternalError("an IP address among the alternative names cannot be written");
  }
  texts.emplace_back(text.data());
  return absl::OkStatus();
}

absl::Status AppendName(const GENERAL_NAME* name, PeerIdentity& identity) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  switch (type) {
    case GEN_DNS:
      return AppendText(static_cast<const ASN1_STRING*>(value), "a DNS name", identity.dns_names);
    case GEN_URI:
      return AppendText(static_cast<const ASN1_STRING*>(value), "a URI", identity.uris);
    case GEN_EMAIL:
      return AppendText(static_cast<const ASN1_STRING*>(value), "an email address",
                        identity.emails);
    case GEN_IPADD:
      return AppendIpAddress(static_cast<const ASN1_OCTET_STRING*>(value), identity.ip_addresses);
    default:
      return absl::OkStatus();
  }
}

// SPIFFE X.509-SVID, section 2: a certificate with more than one URI names no SPIFFE ID.
std::string SpiffeId(const std::vector<std::string>& uris) {
  constexpr std::string_view kScheme = "spiffe://";
  if (uris.size() != 1 || !std::string_view(uris.front()).starts_with(kScheme)) return "";
  return uris.front();
}

}  // namespace

absl::Status ReadAlternativeNames(const X509* certificate, PeerIdentity& identity) {
  // Where no names come back, `critical` says why: -1 absent, -2 repeated, else unreadable.
  int critical = 0;
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  if (names == nullptr) {
    if (critical == -1) return absl::OkStatus();
    return absl::InvalidArgumentError(critical == -2
                                          ? "the certificate repeats the alternative names"
                                          : "the alternative names cannot be read");
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    absl::Status status = AppendName(sk_GENERAL_NAME_value(names.get(), i), identity);
    if (!status.ok()) return status;
  }
  identity.spiffe_id = SpiffeId(identity.uris);
  return absl::OkStatus();
}

}  // namespace certgate
