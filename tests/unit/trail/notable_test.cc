#include "src/trail/notable.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

ParsedRecord Record(std::string_view action, std::string_view reason, bool is_success,
                    std::string_view time = "2026-11-26T06:00:00Z") {
  ParsedRecord record;
  record.action = action;
  record.reason = reason;
  record.outcome = is_success ? "success" : "failure";
  record.time = time;
  record.message = "a message";
  return record;
}

TEST_CASE("loads outages and losses are notable and other records are not") {
  NotableRecords notable;
  notable.Add(Record("policy-load", "loaded", true, "2026-11-26T06:00:01Z"));
  notable.Add(Record("policy-load", "refused", false, "2026-11-26T06:00:02Z"));
  notable.Add(Record("audit-suppressed", "unwritable", false, "2026-11-26T06:00:03Z"));
  notable.Add(Record("audit-suppressed", "queue_full", false, "2026-11-26T06:00:04Z"));
  notable.Add(Record("audit-open", "vanished", true, "2026-11-26T06:00:05Z"));
  ParsedRecord torn = Record("audit-open", "start", true, "2026-11-26T06:00:06Z");
  torn.torn = "{\"@time";
  notable.Add(torn);
  CHECK(notable.count() == 6);
  REQUIRE(notable.records().size() == 6);
  CHECK_FALSE(notable.records()[0].is_bad);
  for (std::size_t i = 1; i < 6; ++i) CHECK(notable.records()[i].is_bad);

  notable.Add(Record("audit-suppressed", "flood", false));
  notable.Add(Record("audit-open", "start", true));
  notable.Add(Record("audit-close", "stop", true));
  notable.Add(Record("authorize", "no_matching_rule", false));
  CHECK(notable.count() == 6);
}

TEST_CASE("of many the latest are kept, from whatever thread they come") {
  NotableRecords notable;
  NotableRecords other;
  for (int i = 0; i < 1000; ++i) {
    const std::string time = "2026-11-26T06:00:00." + std::to_string(1000 + i) + "Z";
    (i % 3 == 0 ? other : notable).Add(Record("policy-load", "loaded", true, time));
  }
  notable.Add(other);
  CHECK(notable.count() == 1000);
  REQUIRE(notable.records().size() == NotableRecords::kMostRecords);
  CHECK(notable.records().front().time == "2026-11-26T06:00:00.1800Z");
  CHECK(notable.records().back().time == "2026-11-26T06:00:00.1999Z");
}

TEST_CASE("failed handshakes are counted by their cause") {
  NotableRecords notable;
  NotableRecords other;
  ParsedRecord expired = Record("tls-handshake", "", false);
  expired.error = "certificate has expired";
  expired.handshakes = 12;
  ParsedRecord unknown = Record("tls-handshake", "", false);
  notable.Add(expired);
  notable.Add(unknown);
  other.Add(expired);
  notable.Add(other);
  CHECK(notable.failed_handshakes() == 25);
  REQUIRE(notable.Handshakes().size() == 2);
  CHECK(notable.Handshakes()[0].cause == "certificate has expired");
  CHECK(notable.Handshakes()[0].count == 24);
  CHECK(notable.Handshakes()[1].count == 1);
}

TEST_CASE("handshakes of causes without an end are counted all the same") {
  NotableRecords notable;
  std::vector<std::string> causes;
  for (int i = 0; i < 1000; ++i) causes.push_back("cause " + std::to_string(i));
  for (const std::string& cause : causes) {
    ParsedRecord record = Record("tls-handshake", "", false);
    record.error = cause;
    notable.Add(record);
  }
  CHECK(notable.failed_handshakes() == 1000);
  CHECK(notable.Handshakes().size() == NotableRecords::kMostCauses);
}

}  // namespace
}  // namespace certgate
