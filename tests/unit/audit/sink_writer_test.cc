#include "src/audit/sink_writer.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/key_files.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/written_trail.h"

namespace certgate {
namespace {

using testing::FakePlace;
using testing::kNow;
using testing::WrittenTrail;
using testing::WrongWith;
using Strings = std::vector<std::string>;

TEST_CASE("a trail opens before its first record and closes after its last") {
  FakePlace place;
  place.opening.place = "/var/log/audit.jsonl";
  WrittenTrail trail(place);
  CHECK(trail.Write(2).ok());
  CHECK(trail.Write(1).ok());
  trail.Close();
  CHECK(place.Actions() ==
        Strings{"audit-open", "tls-handshake", "tls-handshake", "tls-handshake", "audit-close"});
  CHECK(place.writes() == 3);
  CHECK(WrongWith(place.Lines()).empty());
  const auto records = place.Records();
  CHECK(records[0]["event"]["reason"] == "start");
  CHECK(records[0]["certgate"]["trail"]["place"] == "/var/log/audit.jsonl");
  CHECK(records[0]["certgate"]["trail"]["durability"] == "write");
  CHECK(records[0]["certgate"]["trail"]["process"] == getpid());
  CHECK_FALSE(records[0]["certgate"]["trail"].contains("key_id"));
  CHECK(records[4]["event"]["reason"] == "stop");
  CHECK(records[4]["certgate"]["trail"]["records"] == 5);
}

TEST_CASE("a trail goes on where it stood when it was opened") {
  const ChainHead head = {ChainHash::Of("the last record"), 1234};
  FakePlace place;
  place.opening.last_hash = std::string(head.hash.text());
  place.opening.last_sequence = head.sequence;
  place.opening.continues = "audit-20261126T061530.123456Z.jsonl";
  place.opening.torn = "{\"@ti";
  place.opening.torn_bytes = 5;
  place.opening.remark = "a remark";
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  CHECK(WrongWith(place.Lines(), head).empty());
  const auto opened = place.Records()[0]["certgate"]["trail"];
  CHECK(opened["continues"] == "audit-20261126T061530.123456Z.jsonl");
  CHECK(opened["torn"] == "{\"@ti");
  CHECK(opened["torn_bytes"] == 5);
  CHECK(opened["remark"] == "a remark");
}

TEST_CASE("a trail whose last hash is none begins anew") {
  FakePlace place;
  place.opening.last_hash = "not a hash";
  place.opening.last_sequence = 17;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("nothing is written twice that is due once") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(0).ok());
  CHECK(trail.Write(0).ok());
  CHECK(place.writes() == 1);
  trail.Close();
  trail.Close();
  CHECK(place.Actions() == Strings{"audit-open", "audit-close"});
}

TEST_CASE("a trail that was never opened is not closed") {
  FakePlace place;
  WrittenTrail trail(place);
  trail.Close();
  CHECK(place.writes() == 0);
}

TEST_CASE("the chain and the numbers go on across places") {
  const auto [turn, reason] = GENERATE(table<AuditSink::Turn, std::string>({
      {AuditSink::Turn::kRotate, "rotate"},
      {AuditSink::Turn::kReopen, "reopen"},
  }));
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(2).ok());
  place.due = turn;
  place.next = [](AuditSink::Turn) {
    return AuditSink::Opening{.place = "new", .continues = "old"};
  };
  CHECK(trail.Write(1).ok());
  trail.Close();
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "tls-handshake", "audit-close",
                                   "audit-open", "tls-handshake", "audit-close"});
  CHECK(WrongWith(place.Lines()).empty());
  const auto records = place.Records();
  CHECK(records[3]["event"]["reason"] == reason);
  CHECK(records[3]["certgate"]["trail"]["records"] == 4);
  CHECK(records[4]["event"]["reason"] == reason);
  CHECK(records[4]["certgate"]["trail"]["place"] == "new");
  CHECK(records[4]["certgate"]["trail"]["continues"] == "old");
  CHECK(records[6]["certgate"]["trail"]["records"] == 3);
}

TEST_CASE("a place that has vanished is given no closing record") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.due = AuditSink::Turn::kVanished;
  CHECK(trail.Write(1).ok());
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-open", "tls-handshake"});
  CHECK(place.Records()[2]["event"]["reason"] == "vanished");
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a place is given the records that it wants and what the trail says of itself") {
  FakePlace place;
  WrittenTrail trail(place, "", {RecordKind::kDenied});
  const PeerIdentity caller = testing::SampleCaller();
  const RecordedService service = {"s", "1"};
  const UnnumberedRecord denied = EncodeUnnumbered(testing::DeniedRecord(caller), service);
  const UnnumberedRecord allowed = EncodeUnnumbered(testing::AllowedRecord(caller), service);
  const std::vector<const UnnumberedRecord*> records = {&allowed, &denied, &allowed,
                                                        &trail.record()};
  CHECK(trail.WriteThese(records, kNow).ok());
  trail.Close();
  CHECK(place.Actions() == Strings{"audit-open", "authorize", "audit-close"});
  CHECK(place.Records()[1]["event"]["outcome"] == "failure");
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a filter of nothing still wants what the trail says of itself") {
  const AuditFilter none = {RecordKind::kTrail};
  CHECK(none.Wants(RecordKind::kTrail));
  CHECK_FALSE(none.Wants(RecordKind::kAllowed));
  CHECK(AuditFilter().Wants(RecordKind::kSuppressed));
  CHECK_FALSE(AuditFilter() == none);
}

// The numbers of the signed records, after each signature was verified.
std::vector<std::size_t> SignedRecords(const FakePlace& place, const VerifyingKey& key) {
  std::vector<std::size_t> numbers;
  const Strings lines = place.Lines();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto link = ReadChain(std::string_view(lines[i]).substr(0, lines[i].size() - 1));
    REQUIRE(link.has_value());
    if (link->signature.empty()) continue;
    REQUIRE(key.Verifies(ChainHash::Of(link->signed_part), link->signature));
    numbers.push_back(i + 1);
  }
  return numbers;
}

TEST_CASE("with a key the trail signs where it opens and closes and each thousand records") {
  const testing::KeyFiles files;
  FakePlace place;
  WrittenTrail trail(place, files.private_key());
  for (int i = 0; i < 41; ++i) CHECK(trail.Write(50).ok());
  trail.Close();
  CHECK(WrongWith(place.Lines()).empty());
  CHECK(SignedRecords(place, *VerifyingKey::Load(files.public_key())) ==
        std::vector<std::size_t>{1, 1002, 2003, 2054});
  const auto records = place.Records();
  CHECK(records[0]["certgate"]["trail"]["key_id"] == trail.context().key->key_id());
  CHECK(records[0]["certgate"]["trail"]["checkpoint_records"] == 1000);
  CHECK(records[1001]["event"]["action"] == "audit-checkpoint");
  CHECK(records[1001]["certgate"]["trail"]["records"] == 1002);
}

TEST_CASE("unsigned records at the end are signed after a second") {
  const testing::KeyFiles files;
  FakePlace place;
  WrittenTrail trail(place, files.private_key());
  CHECK(trail.Write(1).ok());
  CHECK(trail.Write(0, kNow + absl::Milliseconds(900)).ok());
  CHECK(place.Lines().size() == 2);
  CHECK(trail.Write(0, kNow + absl::Seconds(1)).ok());
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-checkpoint"});
  CHECK(trail.Write(0, kNow + absl::Seconds(5)).ok());
  CHECK(place.Lines().size() == 3);
  CHECK(trail.Write(1, kNow + absl::Seconds(6)).ok());
  CHECK(place.Actions().back() == "audit-checkpoint");
  CHECK(SignedRecords(place, *VerifyingKey::Load(files.public_key())) ==
        std::vector<std::size_t>{1, 3, 5});
}

TEST_CASE("a clock that is set back puts no signature off") {
  const testing::KeyFiles files;
  FakePlace place;
  WrittenTrail trail(place, files.private_key());
  CHECK(trail.Write(1).ok());
  CHECK(trail.Write(1, kNow - absl::Hours(5)).ok());
  CHECK(place.Actions().back() == "audit-checkpoint");
}

}  // namespace
}  // namespace certgate
