#include "src/authorization/load_report.h"

#include <absl/time/clock.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/recording_sink.h"

namespace certgate::testing {
namespace {

Diagnostic Saying(Diagnostic::Severity severity, const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.message = message;
  return diagnostic;
}

}  // namespace

TEST_CASE("a diagnostic in one line has what is known of its place and the next step") {
  Diagnostic one = Saying(Diagnostic::Severity::kError, "unknown key `alow`");
  CHECK(OneLine(one) == "unknown key `alow`");
  one.hint = "did you mean `allow`?";
  CHECK(OneLine(one) == "unknown key `alow`; did you mean `allow`?");
  one.file = "policy.yaml";
  CHECK(OneLine(one) == "policy.yaml: unknown key `alow`; did you mean `allow`?");
  one.location = {7, 0};
  CHECK(OneLine(one) == "policy.yaml:7: unknown key `alow`; did you mean `allow`?");
  one.location = {7, 5};
  CHECK(OneLine(one) == "policy.yaml:7:5: unknown key `alow`; did you mean `allow`?");
}

TEST_CASE("each trigger has its word") {
  CHECK(ToString(LoadTrigger::kStart) == "start");
  CHECK(ToString(LoadTrigger::kFileChange) == "file change");
  CHECK(ToString(LoadTrigger::kPoll) == "poll");
  CHECK(ToString(LoadTrigger::kSignal) == "SIGHUP");
}

TEST_CASE("a refused load is recorded with its errors and without its warnings") {
  const auto recording = std::make_shared<Recording>();
  LoadReport report;
  report.time = absl::Now();
  report.trigger = LoadTrigger::kPoll;
  report.what = "server certificate and key";
  report.generation = 7;
  report.changed_files = {{"server.key", ""}};
  report.diagnostics = {Saying(Diagnostic::Severity::kError, "no key"),
                        Saying(Diagnostic::Severity::kWarning, "old"),
                        Saying(Diagnostic::Severity::kError, "no certificate")};
  Tell(report, *RecordingLog(recording));
  REQUIRE(recording->lines().size() == 1);
  const auto record = nlohmann::json::parse(recording->lines()[0]);
  CHECK(record["event"]["action"] == "policy-load");
  CHECK(record["event"]["outcome"] == "failure");
  CHECK(record["error"]["message"] == "no key\nno certificate");
  CHECK(record["certgate"]["load"]["trigger"] == "poll");
  CHECK(record["certgate"]["load"]["generation"] == 7);
  CHECK(record["certgate"]["load"]["count"]["errors"] == 2);
}

TEST_CASE("a load with a thousand errors is recorded as one record") {
  const auto recording = std::make_shared<Recording>();
  LoadReport report;
  report.time = absl::Now();
  report.diagnostics.assign(1000, Saying(Diagnostic::Severity::kError, std::string(100, 'x')));
  Tell(report, *RecordingLog(recording));
  REQUIRE(recording->lines().size() == 1);
  CHECK(recording->lines()[0].size() <= kMaxRecordBytes);
  CHECK(nlohmann::json::parse(recording->lines()[0])["certgate"]["load"]["count"]["errors"] ==
        1000);
}

TEST_CASE("a load that cannot be recorded ends nothing") {
  const auto recording = std::make_shared<Recording>();
  recording->set_fault([]() -> absl::Status { throw 1; });
  LoadReport report;
  report.time = absl::Now();
  Tell(report, *RecordingLog(recording));
  CHECK(recording->lines().empty());
}

}  // namespace certgate::testing
