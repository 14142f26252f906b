#include "src/analysis/replay.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/diffs.h"
#include "tests/unit/analysis/records.h"

namespace certgate::testing {
namespace {

constexpr char kCorp[] = "authorities: { corp: { ca_file: cas/corp-ca.crt } }\n";
constexpr char kAcme[] = "authorities: { acme: { ca_file: cas/corp-ca.crt } }\n";
constexpr char kBoth[] =
    "authorities: { corp: { ca_file: cas/corp-ca.crt }, partner: { ca_file: cas/partner-ca.crt } "
    "}\n";

PeerIdentity VouchedFor(const std::string& cn, const std::string& authority) {
  PeerIdentity caller = Certified(cn);
  caller.authorities = {{authority, absl::InfinitePast(), absl::InfiniteFuture()}};
  return caller;
}

/// Two policies, and calls that the first of them decided.
struct Replayed {
  Replayed(const std::string& old_body, const std::string& new_body,
           const std::vector<std::pair<PeerIdentity, std::string>>& calls)
      : before(Written(old_body)), after(Written(new_body)) {
    Replay replay(before, after);
    for (const auto& [caller, path] : calls) {
      replay.AddLine(RecordOf(*before.policy, caller, path), "a.jsonl", 1);
    }
    result = std::move(replay).Finish();
  }

  Lines lines() const {
    Lines all;
    for (const ReplayGroup& group : result.changed) {
      std::string line = std::to_string(group.count) + " " + group.caller + " " + group.path + " ";
      line += ToString(group.before.reason);
      line += " " + group.before.rule + " -> ";
      line += ToString(group.after.reason);
      all.push_back(line + " " + group.after.rule);
    }
    return all;
  }

  PolicySource before;
  PolicySource after;
  ReplayResult result;
};

TEST_CASE("calls that are decided otherwise are counted by caller and method") {
  const PeerIdentity a = Certified("a");
  const PeerIdentity b = Certified("b");
  PeerIdentity renewed = a;
  renewed.certificate.serial_number = "7";
  const Replayed replayed(Method("{ cn: a, id: first }"), Method("{ cn: b, id: second }"),
                          {{b, "/a.S/M"}, {a, "/a.S/M"}, {renewed, "/a.S/M"}, {a, "/a.S/N"}});
  CHECK(replayed.lines() == Lines{"2 cn `a` /a.S/M allowed first -> no_matching_rule ",
                                  "1 cn `b` /a.S/M no_matching_rule  -> allowed second"});
  CHECK(replayed.result.replayed == 4);
  CHECK(replayed.result.ChangedCalls() == 3);
  CHECK(replayed.result.decided_otherwise == 0);
}

TEST_CASE("a call that was ended is not asked again") {
  const PolicySource before = Written(Method("{ cn: a }"));
  const PolicySource after = Written(Method("{ cn: b }"));
  const PeerIdentity caller = Certified("b");
  DecisionRecord ended;
  ended.action = DecisionAction::kRevokeCall;
  ended.time = kCallTime;
  ended.reason = Reason::kNoMatchingRule;
  ended.path = "/a.S/M";
  ended.caller = &caller;
  ended.certificate = &caller.certificate;
  Replay replay(before, after);
  replay.AddLine(EncodeRecord(ended, 1, "server", "1.0"), "a.jsonl", 1);
  const ReplayResult result = std::move(replay).Finish();
  CHECK(result.other_actions == 1);
  CHECK(result.replayed == 0);
  CHECK(result.ChangedCalls() == 0);
}

TEST_CASE("another reason for the same answer is no other decision") {
  CHECK(
      Replayed(Method("{ cn: a }"), Method("{ cn: b }", "{ cn: c }"), {{Certified("c"), "/a.S/M"}})
          .lines()
          .empty());
}

TEST_CASE("a call that is let through only under observe is decided otherwise") {
  const Replayed replayed(Method("{ cn: a }"), "mode: observe\n" + Method("{ cn: b }"),
                          {{Certified("a"), "/a.S/M"}, {Certified("b"), "/a.S/M"}});
  CHECK(replayed.lines() == Lines{"1 cn `a` /a.S/M allowed /a.S/M allow[1] -> would_deny ",
                                  "1 cn `b` /a.S/M no_matching_rule  -> allowed /a.S/M allow[1]"});
}

TEST_CASE("each call is decided for its own time") {
  const Replayed replayed(Method("{ cn: a }"), Method("{ cn: a, expires: 2027-01-15 }, { cn: b }"),
                          {{Certified("a"), "/a.S/M"}});
  CHECK(replayed.result.ChangedCalls() == 1);
  CHECK(Replayed(Method("{ cn: a }"), Method("{ cn: a, expires: 2027-01-16 }, { cn: b }"),
                 {{Certified("a"), "/a.S/M"}})
            .result.ChangedCalls() == 0);
}

TEST_CASE("an authority with another name is found again") {
  const Replayed replayed(kCorp + Method("{ cn: a, issuer: corp }"),
                          kAcme + Method("{ cn: a, issuer: acme }"),
                          {{VouchedFor("a", "corp"), "/a.S/M"}});
  CHECK(replayed.result.ChangedCalls() == 0);
  CHECK(replayed.result.authority_assumed == 0);
}

TEST_CASE("a caller of an authority that is gone is refused") {
  const Replayed replayed(kBoth + Method("{ cn: a }"), kCorp + Method("{ cn: a }"),
                          {{VouchedFor("a", "partner"), "/a.S/M"}});
  CHECK(replayed.lines() == Lines{"1 cn `a`, issuer `partner` /a.S/M allowed /a.S/M allow[1] -> "
                                  "issuer_unproven "});
}

TEST_CASE("without authorities in the record the only one is taken to vouch and it is said") {
  const Replayed replayed(Method("{ cn: a }"), kCorp + Method("{ cn: a, issuer: corp }"),
                          {{Certified("a"), "/a.S/M"}});
  CHECK(replayed.result.ChangedCalls() == 0);
  CHECK(replayed.result.authority_assumed == 1);
}

TEST_CASE("without authorities in the record and with several in a policy nothing can be told") {
  const Replayed replayed(Method("{ cn: a }"), kBoth + Method("{ cn: a, issuer: corp }"),
                          {{Certified("a"), "/a.S/M"}});
  CHECK(replayed.result.replayed == 0);
  CHECK(replayed.result.authority_unknown == 1);
}

TEST_CASE("a caller for whom nobody vouched is refused again") {
  const Replayed replayed(kCorp + Method("{ cn: a }"), kBoth + Method("{ cn: a }"),
                          {{Certified("a"), "/a.S/M"}});
  CHECK(replayed.result.replayed == 1);
  CHECK(replayed.result.ChangedCalls() == 0);
  CHECK(replayed.result.authority_unknown == 0);
}

TEST_CASE("records that another policy made are told") {
  const PolicySource before = Written(Method("{ cn: a }"));
  const PolicySource after = Written(Method("{ cn: b }"));
  Replay replay(before, after);
  replay.AddLine(RecordOf(*after.policy, Certified("b"), "/a.S/M"), "a.jsonl", 1);
  CHECK(std::move(replay).Finish().decided_otherwise == 1);
}

TEST_CASE("memory is taken for a bounded number of callers and of broken lines") {
  const PolicySource before = Written(Method("{ cn: 'a*' }"));
  const PolicySource after = Written(Method("{ cn: b }"));
  Replay replay(before, after);
  for (std::size_t i = 0; i < Replay::kMostGroups + 5; ++i) {
    const PeerIdentity caller = Certified("a" + std::to_string(i));
    replay.AddLine(RecordOf(*before.policy, caller, "/a.S/M"), "a.jsonl", i + 1);
  }
  for (std::size_t i = 0; i < 100; ++i) replay.AddLine("torn", "a.jsonl", i + 1);
  const ReplayResult result = std::move(replay).Finish();
  CHECK(result.changed.size() == Replay::kMostGroups);
  CHECK(result.ungrouped == 5);
  CHECK(result.ChangedCalls() == Replay::kMostGroups + 5);
  CHECK(result.broken == 100);
  REQUIRE(result.broken_lines.size() == Replay::kMostBrokenLines);
  CHECK(result.broken_lines[2].line == 3);
}

}  // namespace
}  // namespace certgate::testing
