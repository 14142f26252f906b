#include "src/trail/record_reader.h"

#include <string>

#include "src/trail/line_block.h"
#include "tests/support/catch2.h"
#include "tests/support/trail_writer.h"

namespace certgate {
namespace {

// Keeps the line, with the room behind it that the reader may look at.
class ReadLine {
 public:
  explicit ReadLine(std::string line) : size_(line.size()), bytes_(std::move(line)) {
    bytes_.append(kLinePadding, ' ');
    fault = reader_.Read(std::string_view(bytes_).substr(0, size_), record);
  }

  ParsedRecord record;
  std::string_view fault;

 private:
  const std::size_t size_;
  std::string bytes_;
  RecordReader reader_;
};

std::string WithoutBreak(std::string line) {
  line.pop_back();
  return line;
}

TEST_CASE("a decision is read with all that is asked for") {
  testing::TrailWriter trail;
  const ReadLine line(WithoutBreak(trail.Call()));
  const ParsedRecord& record = line.record;
  CHECK(line.fault == "");
  CHECK(record.time == "2026-11-26T06:00:00.000000Z");
  CHECK(record.action == "authorize");
  CHECK(record.is_allowed());
  CHECK(record.reason == "allowed");
  CHECK(record.sequence == 1);
  CHECK(record.rule == "tills");
  CHECK(record.rule_owner == "shop@acme.example");
  CHECK(record.rule_reason == "JIRA-42");
  CHECK(record.method == "acme.shop.Orders/Place");
  CHECK(record.ip == "192.0.2.7");
  CHECK(record.common_names == std::vector<std::string_view>{"till-1"});
  CHECK(record.units == std::vector<std::string_view>{"sales"});
  CHECK(record.alternative_names ==
        std::vector<std::string_view>{"URI:spiffe://acme.example/till-1"});
  CHECK(record.calls() == 1);
}

TEST_CASE("counted denials stand for as many calls") {
  testing::TrailWriter trail;
  trail.Open();
  trail.Call();
  const ReadLine line(WithoutBreak(trail.Suppressed(1234)));
  CHECK(line.record.calls() == 1234);
  CHECK(line.record.suppressed_reason == "no_matching_rule");
  CHECK(line.record.reason == "flood");
}

TEST_CASE("the end of a call is read with its status and messages") {
  const ReadLine line(
      R"({"@timestamp":"t","event":{"action":"call-end"},"certgate":{"admitted_by":"01J",)"
      R"("call":{"status":"OK","received":{"messages":3,"bytes":9},"sent":{"messages":4}}}})");
  CHECK(line.fault == "");
  CHECK(line.record.status == "OK");
  CHECK(line.record.messages_received == 3);
  CHECK(line.record.messages_sent == 4);
  CHECK(line.record.admitted_by == "01J");
}

TEST_CASE("escaped text is given as it was") {
  const ReadLine line(
      R"({"@timestamp":"t","event":{"action":"authorize"},"rpc":{"method":"/a\u000a\"\u00e4"}})");
  CHECK(line.fault == "");
  CHECK(line.record.method == "/a\n\"\xC3\xA4");
}

TEST_CASE("what is no record is explained") {
  const auto fault = [](const std::string& text) { return std::string(ReadLine(text).fault); };
  CHECK(fault("") == "it is no JSON object");
  CHECK(fault("[]") == "it is no JSON object");
  CHECK(fault("{\"a\":") == "it is no JSON object");
  CHECK(fault("{}{}") == "it is no JSON object");
  CHECK(fault("{\"a\":\"\xFF\"}") == "it is no JSON object");
  CHECK(fault("{}") == "`event.action` is missing");
  CHECK(fault(R"({"event":{"action":"authorize"}})") == "`@timestamp` is missing");
  CHECK(fault(R"({"event":{"action":5}})") == "one of its fields is not what records have there");
  CHECK(fault(R"({"event":[]})") == "one of its fields is not what records have there");
  CHECK(fault(R"({"event":{"sequence":-1}})") ==
        "one of its fields is not what records have there");
}

TEST_CASE("deep nesting is refused") {
  std::string text = "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(std::string(ReadLine(text).fault) == "it is no JSON object");
}

TEST_CASE("nothing is left of the record that was read before") {
  testing::TrailWriter trail;
  RecordReader reader;
  ParsedRecord record;
  std::string first = WithoutBreak(trail.Call());
  const std::size_t size = first.size();
  first.append(kLinePadding, ' ');
  CHECK(reader.Read(std::string_view(first).substr(0, size), record) == "");
  std::string second =
      R"({"@timestamp":"t","event":{"action":"x"}})" + std::string(kLinePadding, ' ');
  CHECK(reader.Read(std::string_view(second).substr(0, second.size() - kLinePadding), record) ==
        "");
  CHECK(record.common_names.empty());
  CHECK(record.sequence == 0);
  CHECK(record.method.empty());
}

TEST_CASE("a caller goes by common name, SPIFFE ID, DNS name, subject and fingerprint") {
  ParsedRecord record;
  CHECK(CallerOf(record) == "");
  record.sha256 = "5f0c";
  CHECK(CallerOf(record) == "5f0c");
  record.subject = "O=Acme";
  CHECK(CallerOf(record) == "O=Acme");
  record.alternative_names = {"DNS:till.acme.example", "URI:https://acme.example"};
  CHECK(CallerOf(record) == "till.acme.example");
  record.alternative_names.emplace_back("URI:spiffe://acme.example/till");
  CHECK(CallerOf(record) == "spiffe://acme.example/till");
  record.common_names = {"till"};
  CHECK(CallerOf(record) == "till");
}

}  // namespace
}  // namespace certgate
