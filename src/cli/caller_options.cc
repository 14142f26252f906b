#include "src/cli/caller_options.h"

#include <absl/time/clock.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "src/policy/load_expires.h"
#include "src/yaml/unicode.h"

namespace certgate {

void CallerOptions::AddTo(CLI::App& app) {
  const auto add = [&app](const char* flag, auto& value, const char* placeholder,
                          const char* help) {
    // One value a flag: what follows it is no second one.
    app.add_option(flag, value, help)
        ->option_text(placeholder)
        ->group("The caller")
        ->allow_extra_args(false);
  };
  add("--cert", certificate_, "FILE", "its certificate, PEM, with its chain behind it");
  add("--ca", ca_file_, "FILE", "verify the certificate against this client CA file");
  add("--cn", cn_, "NAME", "common name");
  add("--ou", claimed_.ou, "NAME", "organizational unit; may be repeated, as the next five");
  add("--o", claimed_.o, "NAME", "organization");
  add("--dns", claimed_.dns, "NAME", "DNS alternative name");
  add("--uri", claimed_.uri, "URI", "URI alternative name, such as a SPIFFE ID");
  add("--email", claimed_.email, "ADDRESS", "email alternative name");
  add("--issuer", claimed_.issuer, "AUTHORITY", "authority of the policy that vouches for it");
  add("--serial", claimed_.serial, "HEX", "serial number of the certificate");
  add("--sha256", claimed_.sha256, "HEX", "fingerprint of the certificate");
}

std::optional<Problem> CallerOptions::FindMistake() const {
  const bool has_attributes = !cn_.empty() || !claimed_.ou.empty() || !claimed_.o.empty() ||
                              !claimed_.dns.empty() || !claimed_.uri.empty() ||
                              !claimed_.email.empty() || !claimed_.issuer.empty() ||
                              !claimed_.serial.empty() || !claimed_.sha256.empty();
  if (certificate_.empty() && !has_attributes) {
    return Problem{"no caller is given", "give --cert FILE, or attributes such as --cn and --ou"};
  }
  if (!certificate_.empty() && has_attributes) {
    return Problem{"--cert and attributes are given",
                   "the certificate has the attributes: give one"};
  }
  if (certificate_.empty() && !ca_file_.empty()) {
    return Problem{"--ca is given without --cert", "give the certificate to verify"};
  }
  return std::nullopt;
}

std::variant<PresentedCaller, Problem> CallerOptions::Read(const PolicySource& policy,
                                                           absl::Time now) const {
  if (!certificate_.empty()) return IdentityOfCertificate(certificate_, ca_file_, policy, now);
  ClaimedCaller claimed = claimed_;
  if (!cn_.empty()) claimed.cn = cn_;
  auto identity = IdentityOf(claimed, policy);
  if (auto* problem = std::get_if<Problem>(&identity)) return std::move(*problem);
  PresentedCaller caller;
  caller.identity = std::get<PeerIdentity>(std::move(identity));
  return caller;
}

void TimeOption::AddTo(CLI::App& app) {
  app.add_option("--at", text_,
                 "for this time instead of now, such as 2027-01-31 or 2027-01-31T18:00:00Z")
      ->option_text("TIME");
}

std::variant<absl::Time, Problem> TimeOption::Read() const {
  if (text_.empty()) return absl::Now();
  return ParseTime("--at", text_);
}

}  // namespace certgate
