#include <string>
#include <string_view>

#include "src/audit/json_writer.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using testing::DeniedRecord;
using testing::Encoded;
using testing::IsOneBoundedLine;
using testing::SampleCaller;

std::string Escaped(std::string_view text) {
  std::string out;
  REQUIRE(AppendEscaped(text, 1000, out));
  return out;
}

struct Case {
  std::string_view text;
  std::string_view escaped;
};

TEST_CASE("text is escaped to printable ASCII") {
  const Case example = GENERATE(values<Case>({
      {"plain ~ text </>&'", "plain ~ text </>&'"},
      {"quote \" backslash \\", "quote \\\" backslash \\\\"},
      {std::string_view("\0\t\n\r\x1b\x1f\x7f", 7),
       "\\u0000\\u0009\\u000a\\u000d\\u001b\\u001f\\u007f"},
      {"\xc2\x80", "\\u0080"},
      {"caf\xc3\xa9", "caf\\u00e9"},
      {"\xe2\x82\xac", "\\u20ac"},
      {"\xe2\x80\xae", "\\u202e"},
      {"\xe2\x80\xa8", "\\u2028"},
      {"\xef\xbf\xbf", "\\uffff"},
      {"\xf0\x90\x80\x80", "\\ud800\\udc00"},
      {"\xf0\x9f\x94\x91", "\\ud83d\\udd11"},
      {"\xf4\x8f\xbf\xbf", "\\udbff\\udfff"},
  }));
  CHECK(Escaped(example.text) == example.escaped);
}

TEST_CASE("bytes that are not UTF-8 are shown in hexadecimal") {
  const Case example = GENERATE(values<Case>({
      {"a\xff"
       "b",
       "a\\\\xffb"},
      {"\x80", "\\\\x80"},
      {"\xc0\xaf", "\\\\xc0\\\\xaf"},                        // an overlong slash
      {"\xe0\x80\xaf", "\\\\xe0\\\\x80\\\\xaf"},             // in three bytes
      {"\xf0\x80\x80\xaf", "\\\\xf0\\\\x80\\\\x80\\\\xaf"},  // and in four
      {"\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80"},             // a surrogate
      {"\xf4\x90\x80\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80"},  // beyond Unicode
      {"\xf8\x88\x80\x80\x80", "\\\\xf8\\\\x88\\\\x80\\\\x80\\\\x80"},
      {"\xe2\x82", "\\\\xe2\\\\x82"},  // cut short
      {"\xe2\x28\xa1", "\\\\xe2(\\\\xa1"},
      {"\xc3", "\\\\xc3"},
  }));
  CHECK(Escaped(example.text) == example.escaped);
}

TEST_CASE("a hostile text forges neither a line nor a field") {
  const std::string hostile =
      GENERATE(as<std::string>{}, "a\n{\"event\":{\"outcome\":\"success\"}}",
               "a\",\"event\":{\"outcome\":\"success\"},\"x\":\"", "a\\\",\"outcome\":\"success\"",
               "\x1b[2J\x1b]0;owned\x07",
               "admin\xe2\x80\xae"
               "nimda",
               "\r\nHTTP/1.1 200 OK", "\xc2\x85next line", "\\u0022,\\u000a");
  PeerIdentity caller = SampleCaller();
  caller.common_name = hostile;
  caller.organizational_units = {hostile, hostile};
  caller.dns_names = {hostile};
  caller.certificate.subject = "CN=" + hostile;
  caller.certificate.issuer = hostile;
  DecisionRecord record = DeniedRecord(caller);
  record.path = hostile;
  record.peer.uri = hostile;
  record.rule_reason = hostile;

  const nlohmann::json encoded = Encoded(record);
  CHECK(encoded["event"]["outcome"] == "failure");
  CHECK(encoded.size() == 10);
  const nlohmann::json& client = encoded["tls"]["client"];
  CHECK(client["x509"]["subject"]["common_name"] == nlohmann::json({hostile}));
  CHECK(client["x509"]["subject"]["organizational_unit"] == nlohmann::json({hostile, hostile}));
  CHECK(client["x509"]["alternative_names"][0] == "DNS:" + hostile);
  CHECK(client["subject"] == "CN=" + hostile);
  CHECK(client["issuer"] == hostile);
  CHECK(encoded["rpc"]["method"] == hostile);
  CHECK(encoded["source"]["address"] == hostile);
  CHECK(encoded["certgate"]["rule"]["reason"] == hostile);
}

TEST_CASE("a path with a NUL and raw bytes is recorded byte by byte") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  record.path = std::string_view("/a/b\0\xff", 6);
  CHECK(Encoded(record)["rpc"]["method"] == std::string("/a/b\0\\xff", 9));
}

TEST_CASE("every single byte and every pair with a lead byte makes a valid line") {
  const PeerIdentity caller = SampleCaller();
  DecisionRecord record = DeniedRecord(caller);
  for (int first = 0; first < 256; ++first) {
    for (const int second : {0x00, 0x22, 0x5c, 0x80, 0xbf, 0xc3, 0xff}) {
      const std::string path = {static_cast<char>(first), static_cast<char>(second)};
      record.path = path;
      const std::string line = EncodeRecord(record, 1, "s", "1");
      REQUIRE(IsOneBoundedLine(line));
      REQUIRE(nlohmann::json::accept(line));
    }
  }
}

}  // namespace
}  // namespace certgate
