#include "src/trail/usage.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

ParsedRecord Record(std::string_view caller, bool is_allowed,
                    std::string_view time = "2026-11-26") {
  ParsedRecord record;
  record.action = "authorize";
  record.outcome = is_allowed ? "success" : "failure";
  record.reason = is_allowed ? "allowed" : "no_matching_rule";
  record.time = time;
  record.method = "acme.shop.Orders/Place";
  record.common_names = {caller};
  if (is_allowed) {
    record.ruleset = "shop";
    record.rule = "tills";
  }
  return record;
}

TEST_CASE("calls are counted by caller and method with their times") {
  TrailUsage usage;
  usage.Add(Record("till", true, "2026-11-27"));
  usage.Add(Record("till", false, "2026-11-25"));
  usage.Add(Record("office", true, "2026-11-26"));
  const auto calls = usage.Calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].caller == "till");
  CHECK(calls[0].method == "/acme.shop.Orders/Place");
  CHECK(calls[0].allowed == 1);
  CHECK(calls[0].denied == 1);
  CHECK(calls[0].seen.first == "2026-11-25");
  CHECK(calls[0].seen.last == "2026-11-27");
  CHECK(usage.total().calls() == 3);
  CHECK(usage.records() == 3);
  REQUIRE(usage.Denials().size() == 1);
  CHECK(usage.Denials()[0].reason == "no_matching_rule");
  REQUIRE(usage.Rules().size() == 1);
  CHECK(usage.Rules()[0].count == 2);
}

TEST_CASE("counted denials count as denied and other gaps do not count as calls") {
  ParsedRecord flood = Record("mallory", false);
  flood.action = "audit-suppressed";
  flood.reason = "flood";
  flood.suppressed_reason = "method_not_listed";
  flood.suppressed = 1000;
  ParsedRecord lost = flood;
  lost.reason = "queue_full";
  lost.suppressed = 7;
  TrailUsage usage;
  usage.Add(flood);
  usage.Add(lost);
  CHECK(usage.total().denied == 1000);
  CHECK(usage.Denials()[0].reason == "method_not_listed");
  CHECK(usage.suppressed().at("flood") == 1000);
  CHECK(usage.suppressed().at("queue_full") == 7);
}

TEST_CASE("observed and ended calls are kept apart") {
  ParsedRecord observed = Record("till", true);
  observed.reason = "would_deny";
  ParsedRecord ended = Record("till", false);
  ended.action = "revoke-call";
  TrailUsage usage;
  usage.Add(observed);
  usage.Add(ended);
  CHECK(usage.total().observed == 1);
  CHECK(usage.total().allowed == 0);
  CHECK(usage.total().ended == 1);
  CHECK(usage.total().calls() == 1);
}

TEST_CASE("parts that were counted apart add up") {
  TrailUsage whole;
  TrailUsage one;
  TrailUsage other;
  for (int i = 0; i < 100; ++i) {
    const std::string caller = "till-" + std::to_string(i % 7);
    const std::string time = "2026-11-26T06:00:" + std::to_string(10 + i % 50);
    const ParsedRecord record = Record(caller, i % 3 != 0, time);
    whole.Add(record);
    (i % 2 == 0 ? one : other).Add(record);
  }
  one.Add(other);
  const auto text = [](const TrailUsage& usage) {
    std::string all;
    for (const CallUsage& call : usage.Calls()) {
      all += call.caller + " " + std::to_string(call.allowed) + " " + std::to_string(call.denied) +
             " " + call.seen.first + " " + call.seen.last + "\n";
    }
    for (const DenialUsage& denial : usage.Denials()) {
      all += denial.caller + " " + std::to_string(denial.count) + " " + denial.seen.last + "\n";
    }
    for (const RuleUsage& rule : usage.Rules())
      all += rule.rule + std::to_string(rule.count) + "\n";
    return all;
  };
  CHECK(text(one) == text(whole));
  CHECK(one.records() == 100);
}

TEST_CASE("callers beyond the most that are kept are counted together") {
  TrailUsage usage;
  for (std::size_t i = 0; i < TrailUsage::kMostGroups + 5; ++i) {
    usage.Add(Record("till-" + std::to_string(i), true));
  }
  CHECK(usage.Calls().size() == TrailUsage::kMostGroups);
  CHECK(usage.ungrouped() == 5);
  CHECK(usage.total().allowed == TrailUsage::kMostGroups + 5);
}

}  // namespace
}  // namespace certgate
