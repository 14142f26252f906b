#include "src/interceptor/handshake_message.h"

#include <cstddef>

namespace certgate {
namespace {

constexpr std::size_t kMostRawBytes = 256;

struct Explanation {
  std::string_view raw;
  std::string_view words;
};

// What OpenSSL's and gRPC's words mean to the operator of a server. `alert` is what the client
// said.
constexpr Explanation kExplanations[] = {
    {"peer did not return a certificate", "the client showed no certificate"},
    {"certificate verify failed",
     "the client's certificate is not from a trusted authority, or is not valid now"},
    {"alert unknown ca", "the client does not trust the authority of this server's certificate"},
    {"alert certificate expired", "the client finds this server's certificate expired"},
    {"alert bad certificate", "the client does not accept this server's certificate"},
    {"alert certificate", "the client does not accept this server's certificate"},
    {"alert unsupported certificate", "the client does not accept this server's certificate"},
    {"alert handshake failure", "the client found nothing that both sides support"},
    {"no shared cipher", "client and server have no cipher in common"},
    {"no suitable", "client and server have no key or signature algorithm in common"},
    {"unsupported protocol", "the client speaks no version of TLS that this server takes"},
    {"alert protocol version", "the client speaks no version of TLS that this server takes"},
    {"version too low", "the client speaks no version of TLS that this server takes"},
    {"http request", "the client speaks HTTP without TLS"},
    {"https proxy request", "the client takes this server for a proxy"},
    {"wrong version number", "the client does not speak TLS"},
    {"packet length too long", "the client does not speak TLS"},
    {"record layer failure", "the client does not speak TLS"},
    {"ALPN", "the client does not offer HTTP/2"},
    {"Handshake timed out", "the handshake took too long"},
    {"Did not receive HTTP/2 settings", "the client said nothing after the handshake"},
    {"unexpected eof", "the client hung up during the handshake"},
    {"Socket closed", "the client hung up during the handshake"},
    {"Connection reset", "the connection broke during the handshake"},
    {"Broken pipe", "the connection broke during the handshake"},
    {"shutdown", "this server stopped during the handshake"},
    {"OK", "this server stopped during the handshake"},
};

std::string_view Explain(std::string_view raw) {
  for (const Explanation& explanation : kExplanations) {
    if (raw.find(explanation.raw) != std::string_view::npos) return explanation.words;
  }
  return "the handshake failed";
}

// Cuts `text` at `end`, if it is there.
std::string_view Before(std::string_view text, std::string_view end) {
  return text.substr(0, text.find(end));
}

// The innermost words of an error: `UNKNOWN:Read failed {fd:9, children:[INTERNAL:Socket closed
// {...}]}` is `Socket closed`. The order in the braces changes from time to time.
std::string_view InnermostWords(std::string_view error) {
  constexpr std::string_view kChildren = "children:[";
  if (const std::size_t child = error.rfind(kChildren); child != std::string_view::npos) {
    error.remove_prefix(child + kChildren.size());
  }
  error = Before(error, " {");
  // The status code, in capitals.
  const std::size_t colon = error.find(':');
  if (colon != std::string_view::npos &&
      error.substr(0, colon).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") ==
          std::string_view::npos) {
    error.remove_prefix(colon + 1);
  }
  constexpr std::string_view kTls = "Tls handshake failed: ";
  if (error.starts_with(kTls)) error.remove_prefix(kTls.size());
  return error.substr(0, kMostRawBytes);
}

std::string PeerIn(std::string_view error) {
  constexpr std::string_view kAddress = "target_address:\"";
  const std::size_t address = error.find(kAddress);
  if (address == std::string_view::npos) return "";
  return std::string(Before(error.substr(address + kAddress.size()), "\""));
}

HandshakeFailure Describe(std::string_view error, std::string peer) {
  const std::string_view raw = InnermostWords(error);
  return {std::string(Explain(raw)) + " (" + std::string(raw) + ")", std::move(peer)};
}

}  // namespace

std::optional<HandshakeFailure> ReadHandshakeMessage(std::string_view file,
                                                     std::string_view message) {
  constexpr std::string_view kFailed = "Handshaking failed: ";
  if (message.starts_with(kFailed) && file.ends_with("/chttp2_server.cc")) {
    const std::string_view error = message.substr(kFailed.size());
    return Describe(error, PeerIn(error));
  }
  // TLS was agreed, and the time for the handshake ran out before HTTP/2 began.
  constexpr std::string_view kSilent = ": Sending goaway err=";
  const std::size_t silent = message.find(kSilent);
  if (silent != std::string_view::npos && file.ends_with("/chttp2_transport.cc")) {
    const std::string_view error = message.substr(silent + kSilent.size());
    if (error.find("before handshake timeout") == std::string_view::npos) return std::nullopt;
    return Describe(error, std::string(message.substr(0, silent)));
  }
  return std::nullopt;
}

}  // namespace certgate
