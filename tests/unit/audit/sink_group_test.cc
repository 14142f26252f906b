#include "src/audit/sink_group.h"

#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/place_group.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::Commit;
using testing::FakePlace;
using testing::GroupOf;
using testing::WrongWith;
using Strings = std::vector<std::string>;

absl::Status Broken(std::size_t) { return absl::DataLossError("broken"); }

void CheckWhole(std::initializer_list<const FakePlace*> places) {
  for (const FakePlace* const place : places) CHECK(WrongWith(place->Lines()).empty());
}

TEST_CASE("a record that one place refuses is taken back from all others") {
  FakePlace a("a");
  FakePlace b("b");
  FakePlace c("c");
  const auto group = GroupOf({&a, &b, &c});
  CHECK(Commit(*group, {"one"}).ok());
  c.before_write = &Broken;
  const absl::Status refused = Commit(*group, {"two", "three"});
  CHECK(refused.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(refused.message()) == "the audit record was not written to c: broken");
  for (const FakePlace* const place : {&a, &b, &c}) CHECK(place->Ids() == Strings{"one"});
  c.before_write = nullptr;
  CHECK(Commit(*group, {"four"}).ok());
  for (const FakePlace* const place : {&a, &b, &c}) {
    CHECK(place->Ids().size() == 3);
    CHECK(place->Ids().back() == "four");
  }
  CheckWhole({&a, &b, &c});
}

TEST_CASE("what takes nothing back is written last") {
  FakePlace fixed("standard output");
  fixed.takes_back = false;
  FakePlace file("file");
  const auto group = GroupOf({&fixed, &file});
  CHECK(Commit(*group, {"one"}).ok());
  file.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"two"}).ok());
  file.before_write = nullptr;
  fixed.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"three"}).ok());
  CHECK(file.Ids() == Strings{"one"});
  CHECK(fixed.Ids() == Strings{"one"});
}

TEST_CASE("a place that wanted none of the records loses none of its own") {
  FakePlace denials("denials");
  FakePlace all("all");
  SinkGroup::Options options;
  options.writers.push_back(std::make_unique<SinkWriter>(
      denials.Sink(), AuditFilter{RecordKind::kDenied}, testing::TestContext()));
  const auto group = GroupOf({&all}, std::move(options));
  const PeerIdentity caller = testing::SampleCaller();
  const UnnumberedRecord denied =
      EncodeUnnumbered(testing::DeniedRecord(caller), testing::TestContext().service);
  const UnnumberedRecord* const batch[] = {&denied};
  CHECK(group->Commit(batch).ok());
  all.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"two"}).ok());
  CHECK(denials.Actions() == Strings{"audit-open", "authorize"});
  all.before_write = nullptr;
  CHECK(group->Commit(batch).ok());
  CHECK(denials.Actions() == Strings{"audit-open", "authorize", "audit-suppressed", "authorize"});
  CheckWhole({&denials, &all});
}

TEST_CASE("a place that throws is as one that fails and is named") {
  FakePlace a("a");
  FakePlace b("b");
  const auto group = GroupOf({&a, &b});
  const bool is_number = GENERATE(true, false);
  b.before_write = [is_number](std::size_t) -> absl::Status {
    if (is_number) throw 7;
    throw std::runtime_error("thrown");
  };
  const absl::Status refused = Commit(*group, {"one"});
  CHECK(refused.code() == absl::StatusCode::kUnavailable);
  CHECK(std::string(refused.message()) == std::string("the audit record was not written to b: ") +
                                              (is_number ? "unknown exception" : "thrown"));
  CHECK(a.Lines().empty());
}

TEST_CASE("a record that is not on every disk is taken back from all places") {
  FakePlace a("a");
  FakePlace b("b");
  const auto group = GroupOf({&a, &b}, {.syncs = true});
  CHECK(Commit(*group, {"one"}).ok());
  CHECK(a.synced() == a.Lines().size());
  CHECK(b.synced() == b.Lines().size());
  const bool throws = GENERATE(true, false);
  b.before_sync = [throws]() -> absl::Status {
    if (throws) throw std::runtime_error("the disk is broken");
    return absl::DataLossError("the disk is broken");
  };
  const absl::Status refused = Commit(*group, {"two"});
  CHECK(std::string(refused.message()) ==
        "the audit record was not written to b: the disk is broken");
  CHECK(a.Ids() == Strings{"one"});
  CHECK(b.Ids() == Strings{"one"});
  b.before_sync = nullptr;
  CHECK(Commit(*group, {"three"}).ok());
  CHECK(b.synced() == b.Lines().size());
  CheckWhole({&a, &b});
}

TEST_CASE("the records of an outage are counted and the count is recorded") {
  FakePlace place;
  const auto group = GroupOf({&place});
  CHECK(Commit(*group, {"zero"}).ok());
  place.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"a", "b", "c"}).ok());
  CHECK_FALSE(Commit(*group, {"d"}).ok());
  CHECK_FALSE(Commit(*group, {}).ok());
  CHECK_FALSE(Commit(*group, {"e", "f"}).ok());
  CHECK(group->status().failed == 6);
  CHECK_FALSE(group->status().is_writable);
  CHECK_THAT(group->status().error, ContainsSubstring("not written to place: broken"));
  place.before_write = nullptr;
  const bool by_tick = GENERATE(true, false);
  CHECK(Commit(*group, by_tick ? Strings{} : Strings{"g"}).ok());
  CHECK(place.Actions()[2] == "audit-suppressed");
  const nlohmann::json record = place.Records()[2];
  CHECK(record["event"]["reason"] == "unwritable");
  CHECK(record["certgate"]["suppressed"]["count"] == 6);
  CHECK(record["certgate"]["suppressed"]["since"] <= record["certgate"]["suppressed"]["until"]);
  CHECK_THAT(record["error"]["message"].get<std::string>(), ContainsSubstring("broken"));
  CHECK(place.Lines().size() == (by_tick ? 3 : 4));
  CHECK(group->status().is_writable);
  CHECK(group->status().error.empty());
  CHECK(group->status().records == (by_tick ? 1 : 2));
  // Once.
  CHECK(Commit(*group, {"h"}).ok());
  CHECK(place.Actions().back() == "tls-handshake");
  CheckWhole({&place});
}

TEST_CASE("records that come again are not counted as lost") {
  FakePlace place;
  const auto group = GroupOf({&place}, {.on_failure = SinkGroup::OnFailure::kRetried});
  place.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"a"}).ok());
  CHECK_FALSE(Commit(*group, {"a"}).ok());
  CHECK(group->status().failed == 0);
  place.before_write = nullptr;
  CHECK(Commit(*group, {"a"}).ok());
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake"});
}

TEST_CASE("an outage is told once when it begins and once when it ends") {
  FakePlace place;
  std::vector<AuditStatus> told;
  const auto group = GroupOf(
      {&place}, {.on_change = [&told](const AuditStatus& status) { told.push_back(status); }});
  CHECK(Commit(*group, {"a"}).ok());
  CHECK(told.empty());
  for (int outage = 1; outage <= 2; ++outage) {
    place.before_write = &Broken;
    for (int i = 0; i < 3; ++i) CHECK_FALSE(Commit(*group, {"b"}).ok());
    place.before_write = nullptr;
    for (int i = 0; i < 3; ++i) CHECK(Commit(*group, {"c"}).ok());
    REQUIRE(told.size() == 2u * static_cast<unsigned>(outage));
    const AuditStatus& begin = told[told.size() - 2];
    CHECK_FALSE(begin.is_writable);
    CHECK_THAT(begin.error, ContainsSubstring("broken"));
    CHECK(begin.failing_since > absl::InfinitePast());
    CHECK(told.back().is_writable);
    CHECK(told.back().error.empty());
    CHECK(told.back().failing_since == absl::InfinitePast());
  }
}

TEST_CASE("what was written and nothing else is passed on") {
  FakePlace place;
  std::size_t passed_on = 0;
  const auto group = GroupOf(
      {&place}, {.on_written = [&](SinkGroup::Records records) { passed_on += records.size(); }});
  CHECK(Commit(*group, {"a", "b"}).ok());
  CHECK(passed_on == 2);
  place.before_write = &Broken;
  CHECK_FALSE(Commit(*group, {"c"}).ok());
  CHECK(passed_on == 2);
  place.before_write = nullptr;
  // With the record of the outage.
  CHECK(Commit(*group, {"d"}).ok());
  CHECK(passed_on == 4);
}

TEST_CASE("every place is closed also behind one that throws") {
  FakePlace a("a");
  FakePlace b("b");
  const auto group = GroupOf({&a, &b});
  CHECK(Commit(*group, {"one"}).ok());
  a.before_write = [](std::size_t) -> absl::Status { throw 7; };
  group->Close();
  CHECK(b.Actions().back() == "audit-close");
}

TEST_CASE("every place is asked to open its file again") {
  FakePlace a("a");
  FakePlace b("b");
  const auto group = GroupOf({&a, &b});
  group->AskToReopen();
  CHECK(a.asked_to_reopen() == 1);
  CHECK(b.asked_to_reopen() == 1);
}

}  // namespace
TEST_CASE("what a group writes together is timed once, whether it can be written or not") {
  FakePlace place("file");
  const auto group = GroupOf({&place});
  const auto timed = [&group] {
    const auto counts = group->write_durations().counts;
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  };
  CHECK(Commit(*group, {"a", "b", "c"}).ok());
  CHECK(timed() == 1);
  // What is due without a record is nothing that a call waits for.
  CHECK(group->Commit({}).ok());
  CHECK(timed() == 1);
  place.before_write = Broken;
  CHECK_FALSE(Commit(*group, {"d"}).ok());
  CHECK(timed() == 2);
}

}  // namespace certgate
