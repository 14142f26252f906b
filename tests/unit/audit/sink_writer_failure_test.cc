#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/key_files.h"
#include "tests/unit/audit/written_trail.h"

// After each kind of failure the chain goes on behind what stands in the place.

namespace certgate {
namespace {

using testing::FakePlace;
using testing::kNow;
using testing::WrittenTrail;
using testing::WrongWith;
using Strings = std::vector<std::string>;

absl::Status Broken(std::size_t) { return absl::UnavailableError("broken"); }

TEST_CASE("a write that failed leaves no trace in the chain") {
  FakePlace place;
  WrittenTrail trail(place);
  place.before_write = &Broken;
  CHECK_FALSE(trail.Write(1).ok());
  CHECK_FALSE(trail.Write(1).ok());
  place.before_write = nullptr;
  CHECK(trail.Write(1).ok());
  place.before_write = &Broken;
  CHECK_FALSE(trail.Write(3).ok());
  place.before_write = nullptr;
  CHECK(trail.Write(1).ok());
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "tls-handshake"});
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("the chain goes on behind the lines that a failed write left") {
  FakePlace place;
  WrittenTrail trail(place);
  place.kept_of_failed = GENERATE(0u, 1u, 2u, 3u, 4u);
  place.before_write = &Broken;
  CHECK_FALSE(trail.Write(3).ok());
  CHECK(place.Lines().size() == place.kept_of_failed);
  place.before_write = nullptr;
  CHECK(trail.Write(1).ok());
  trail.Close();
  CHECK(place.Lines().size() == std::max<std::size_t>(place.kept_of_failed, 1) + 2);
  CHECK(place.Actions()[0] == "audit-open");
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a place that throws has taken nothing") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.before_write = [](std::size_t) -> absl::Status { throw std::runtime_error("thrown"); };
  CHECK_THROWS_AS(trail.Write(1), std::runtime_error);
  place.before_write = nullptr;
  CHECK(trail.Write(1).ok());
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("what was taken back is as if it had never been") {
  FakePlace place;
  WrittenTrail trail(place);
  const bool is_first = GENERATE(true, false);
  if (!is_first) CHECK(trail.Write(1).ok());
  const Strings before = place.Lines();
  CHECK(trail.Write(5).ok());
  trail.TakeBack();
  CHECK(place.Lines() == before);
  CHECK(trail.Write(1).ok());
  CHECK(place.Lines().size() == before.size() + (is_first ? 2 : 1));
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a write of nothing takes nothing back") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(2).ok());
  const Strings before = place.Lines();
  CHECK(trail.Write(0).ok());
  trail.TakeBack();
  trail.TakeBack();
  CHECK(place.Lines() == before);
  CHECK(trail.Write(1).ok());
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a failed write takes nothing back that was written before") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(2).ok());
  const Strings before = place.Lines();
  place.before_write = &Broken;
  CHECK_FALSE(trail.Write(1).ok());
  trail.TakeBack();
  CHECK(place.Lines() == before);
}

TEST_CASE("a place that takes nothing back keeps the record and its number") {
  FakePlace place;
  place.takes_back = false;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  trail.TakeBack();
  CHECK(trail.Write(1).ok());
  CHECK(place.Lines().size() == 3);
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("records go on in a file that cannot be rotated and it is told there") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.due = AuditSink::Turn::kRotate;
  place.next = [](AuditSink::Turn) { return absl::UnavailableError("the directory is read-only"); };
  CHECK(trail.Write(1).ok());
  place.due = AuditSink::Turn::kNone;
  trail.Close();
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-close", "audit-open",
                                   "tls-handshake", "audit-close"});
  CHECK(place.Records()[3]["certgate"]["trail"]["remark"] == "the directory is read-only");
  CHECK(place.Records()[5]["certgate"]["trail"]["records"] == 6);
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("no record is written until a file that was moved is opened again") {
  const auto turn = GENERATE(AuditSink::Turn::kReopen, AuditSink::Turn::kVanished);
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.due = turn;
  place.next = [](AuditSink::Turn) { return absl::UnavailableError("no such directory"); };
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = trail.Write(1);
    CHECK(std::string(refused.message()) == "no such directory");
  }
  place.next = nullptr;
  CHECK(trail.Write(1).ok());
  Strings expected = {"audit-open", "tls-handshake", "audit-close", "audit-open", "tls-handshake"};
  if (turn == AuditSink::Turn::kVanished) expected.erase(expected.begin() + 2);
  CHECK(place.Actions() == expected);
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a full file is rotated although it cannot be closed") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.due = AuditSink::Turn::kRotate;
  place.before_write = &Broken;
  place.next = [&place](AuditSink::Turn) {
    place.before_write = nullptr;
    return AuditSink::Opening{.place = "new"};
  };
  CHECK(trail.Write(1).ok());
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-open", "tls-handshake"});
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("what is taken back after a rotation is opened again") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.due = AuditSink::Turn::kRotate;
  CHECK(trail.Write(1).ok());
  trail.TakeBack();
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-close"});
  CHECK(trail.Write(1).ok());
  CHECK(place.Actions().back() == "tls-handshake");
  CHECK(place.Records()[3]["event"]["reason"] == "rotate");
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("a trail that could not be closed is closed when it is tried again") {
  FakePlace place;
  WrittenTrail trail(place);
  CHECK(trail.Write(1).ok());
  place.before_write = &Broken;
  trail.Close();
  place.before_write = nullptr;
  trail.Close();
  CHECK(place.Actions() == Strings{"audit-open", "tls-handshake", "audit-close"});
  CHECK(WrongWith(place.Lines()).empty());
}

TEST_CASE("no more than a thousand records follow without a signature whatever fails") {
  const testing::KeyFiles files;
  FakePlace place;
  WrittenTrail trail(place, files.private_key());
  CHECK(trail.Write(999).ok());
  // The thousandth record stands, its checkpoint does not.
  place.before_write = &Broken;
  place.kept_of_failed = 1;
  CHECK_FALSE(trail.Write(1).ok());
  place.before_write = nullptr;
  CHECK(trail.Write(1).ok());
  const Strings actions = place.Actions();
  REQUIRE(actions.size() == 1003);
  CHECK(actions[1001] == "audit-checkpoint");
  CHECK(WrongWith(place.Lines()).empty());
}

}  // namespace
}  // namespace certgate
