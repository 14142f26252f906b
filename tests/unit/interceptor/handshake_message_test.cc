#include "src/interceptor/handshake_message.h"

#include "tests/support/catch2.h"

namespace certgate {
namespace {

constexpr char kServer[] = "./src/core/ext/transport/chttp2/server/chttp2_server.cc";
constexpr char kTransport[] = "./src/core/ext/transport/chttp2/transport/chttp2_transport.cc";

}  // namespace

TEST_CASE("a failure of TLS is told in a sentence with the words of OpenSSL behind it") {
  const auto failure = ReadHandshakeMessage(
      kServer,
      "Handshaking failed: UNKNOWN:Tls handshake failed: SSL_ERROR_SSL: error:0A0000C7:SSL "
      "routines::peer did not return a certificate {tsi_code:10, "
      "tsi_error:\"TSI_PROTOCOL_FAILURE\","
      " created_time:\"2026-11-25T22:28:41.044124255+00:00\", file_line:393}");
  REQUIRE(failure.has_value());
  CHECK(failure->cause ==
        "the client showed no certificate (SSL_ERROR_SSL: error:0A0000C7:SSL routines::peer did "
        "not return a certificate)");
  CHECK(failure->peer.empty());
}

TEST_CASE("a connection that breaks in the handshake is told with its peer") {
  const auto failure = ReadHandshakeMessage(
      kServer,
      "Handshaking failed: UNKNOWN:Handshake read failed {created_time:\"2026\", file_line:487, "
      "children:[INTERNAL:Socket closed {fd:9, grpc_status:14, "
      "target_address:\"ipv4:127.0.0.1:50694\"}]}");
  REQUIRE(failure.has_value());
  CHECK(failure->cause == "the client hung up during the handshake (Socket closed)");
  CHECK(failure->peer == "ipv4:127.0.0.1:50694");
}

TEST_CASE("a handshake that takes too long is told from the innermost error") {
  const auto failure = ReadHandshakeMessage(
      kServer,
      "Handshaking failed: UNKNOWN:Handshake read failed {created_time:\"x\", "
      "children:[UNKNOWN:FD Shutdown {file_line:200, children:[UNKNOWN:Handshake timed out "
      "{created_time:\"x\", file_line:167}]}]}");
  REQUIRE(failure.has_value());
  CHECK(failure->cause == "the handshake took too long (Handshake timed out)");
}

TEST_CASE("silence after the handshake is a failure and other ends of connections are none") {
  const auto failure = ReadHandshakeMessage(
      kTransport,
      "ipv6:%5B::1%5D:50722: Sending goaway err=UNKNOWN:Did not receive HTTP/2 settings before "
      "handshake timeout {file_line:418}");
  REQUIRE(failure.has_value());
  CHECK(failure->cause ==
        "the client said nothing after the handshake (Did not receive HTTP/2 settings before "
        "handshake timeout)");
  CHECK(failure->peer == "ipv6:%5B::1%5D:50722");
  CHECK_FALSE(ReadHandshakeMessage(kTransport,
                                   "ipv4:127.0.0.1:1: Sending goaway err=UNKNOWN:"
                                   "max_age {}"));
}

TEST_CASE("messages from elsewhere are none whatever they say") {
  CHECK_FALSE(ReadHandshakeMessage("./src/core/lib/x.cc", "Handshaking failed: OK"));
  CHECK_FALSE(ReadHandshakeMessage(kServer, "Handshaking"));
  CHECK_FALSE(ReadHandshakeMessage(kServer, ""));
  CHECK_FALSE(ReadHandshakeMessage("", ""));
}

TEST_CASE("an error that nobody foresaw is told as it is and cut") {
  const auto unknown = ReadHandshakeMessage(kServer, "Handshaking failed: SOMETHING:new {a:1}");
  REQUIRE(unknown.has_value());
  CHECK(unknown->cause == "the handshake failed (new)");
  const auto stopped = ReadHandshakeMessage(kServer, "Handshaking failed: OK");
  REQUIRE(stopped.has_value());
  CHECK(stopped->cause == "this server stopped during the handshake (OK)");
  const auto longest =
      ReadHandshakeMessage(kServer, "Handshaking failed: " + std::string(5'000, 'x'));
  REQUIRE(longest.has_value());
  CHECK(longest->cause.size() < 300);
  // Cut off in the middle of a brace, a child or an address.
  for (const char* text :
       {"Handshaking failed: ", "Handshaking failed: UNKNOWN:",
        "Handshaking failed: A:b {children:[", "Handshaking failed: A:b {target_address:\"ipv4"}) {
    CHECK(ReadHandshakeMessage(kServer, text).has_value());
  }
}

}  // namespace certgate
