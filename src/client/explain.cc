#include "src/client/explain.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

namespace certgate {
namespace {

std::string Day(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

// Why the server may have hung up on this client. TLS 1.3 tells the client nothing: the server
// judges the certificate when the client's part of the handshake is over.
std::string ExplainHangUp(const TlsFiles& files) {
  if (!files.certificate) {
    return "the server hung up: it wants a client certificate, and none was given; pass --cert and "
           "--key";
  }
  const CertificateSummary& certificate = *files.certificate;
  const absl::Time now = absl::Now();
  if (now > certificate.not_after) {
    return absl::StrCat("the server hung up: the client certificate expired on ",
                        Day(certificate.not_after), "; renew it");
  }
  if (now < certificate.not_before) {
    return absl::StrCat("the server hung up: the client certificate is not valid before ",
                        Day(certificate.not_before), "; check the clock");
  }
  return absl::StrCat(
      "the server hung up during the handshake: most likely it does not trust the "
      "authority that issued the client certificate, `",
      certificate.issuer, "`; ask its operator which one it trusts");
}

std::string ExplainUnavailable(const ClientOptions& options, const TlsFiles& files,
                               const std::string& told) {
  const auto has = [&told](const char* text) { return told.find(text) != std::string::npos; };
  if (has("audit record")) {
    return "the server could not record the call and so refused it; try again later, and give the "
           "id above to the server's operator";
  }
  if (has("Connection refused")) {
    return absl::StrCat("nothing listens at `", options.target,
                        "`: check host and port, and that the server runs");
  }
  if (has("DNS") || has("resolution failed") || has("Name or service not known")) {
    return absl::StrCat("the host of `", options.target, "` is not known: check its spelling");
  }
  if (has("not in peer certificate") || has("Hostname Verification")) {
    return "the server's certificate is not made out to this host: check --target, or give a name "
           "that the certificate bears with --server-name";
  }
  if (has("certificate verify failed") || has("CERTIFICATE_VERIFY_FAILED")) {
    return absl::StrCat("the server's certificate was not issued by the authority in `", options.ca,
                        "`, or has expired: check --ca, and that this is the right server");
  }
  if (has("wrong version number") || has("WRONG_VERSION_NUMBER")) {
    return absl::StrCat("what listens at `", options.target, "` does not speak TLS");
  }
  if (has("Network is unreachable") || has("No route to host") || has("timed out")) {
    return absl::StrCat("`", options.target, "` cannot be reached: check the network");
  }
  return ExplainHangUp(files);
}

}  // namespace

std::string Explain(const CallOutcome& outcome, const ClientOptions& options, const TlsFiles& files,
                    const std::string& transport_log) {
  const grpc::Status& status = outcome.status;
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return ExplainUnavailable(options, files, status.error_message() + "\n" + transport_log);
    case grpc::StatusCode::PERMISSION_DENIED:
      if (outcome.had_replies) {
        return "the right to this call was lost while it ran: the server's policy does not allow "
               "it "
               "any more; give the id above to the server's operator";
      }
      return "the server knows who you are, but its policy does not allow this call; give the id "
             "above to the server's operator";
    case grpc::StatusCode::UNAUTHENTICATED:
      if (outcome.had_replies) {
        return "the right to this call was lost while it ran: the client certificate is not valid "
               "any more (it has expired, or was revoked); renew it, or give the id above to the "
               "server's operator";
      }
      return "the server does not accept the client certificate as an identity (it has expired, or "
             "its subject is ambiguous); give the id above to the server's operator";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::StrCat("there was no answer within ", options.timeout,
                          " seconds: check that the server is reachable, or give more time with "
                          "--timeout");
    case grpc::StatusCode::UNIMPLEMENTED:
      return "the server does not serve this method: check that --target is the right server";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "the call was larger than the server takes: send less, or ask its operator to raise "
             "the limit";
    case grpc::StatusCode::NOT_FOUND:
      return "the server has no service of this name: check its spelling, package included";
    case grpc::StatusCode::INTERNAL:
      return "the server failed while it handled the call; give the message above to its operator";
    default:
      return "";
  }
}

}  // namespace certgate
