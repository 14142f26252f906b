#include "src/audit/retention.h"

#include <string>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

const RotatedNames kNames("audit.jsonl");

absl::Time Day(int day) {
  return absl::FromCivil(absl::CivilDay(2026, 11, day), absl::UTCTimeZone());
}

// Closed on the days 1 to 5, with 10 to 50 bytes.
std::vector<ClosedFile> FiveFiles() {
  std::vector<ClosedFile> files;
  for (int day = 1; day <= 5; ++day) {
    files.push_back({*kNames.Parse(kNames.ForTime(Day(day))), static_cast<std::uint64_t>(10 * day),
                     Day(day), FileIdentity({})});
  }
  return files;
}

// The days of the files that go.
std::vector<int> Going(const std::vector<ClosedFile>& files, const Retention& retention) {
  std::vector<int> days;
  for (const Surplus& surplus : FindSurplus(files, retention, Day(6))) {
    days.push_back(surplus.name.at(13) - '0');
  }
  return days;
}

TEST_CASE("without a limit all closed files are kept") {
  CHECK_FALSE(Retention().is_limited());
  CHECK(Going(FiveFiles(), {}).empty());
}

TEST_CASE("the oldest of too many files go") {
  CHECK(Going(FiveFiles(), {.files = 5}).empty());
  CHECK(Going(FiveFiles(), {.files = 3}) == std::vector<int>{1, 2});
  CHECK(Going({}, {.files = 3}).empty());
}

TEST_CASE("the oldest files go until the others are not too large") {
  CHECK(Going(FiveFiles(), {.bytes = 150}).empty());
  CHECK(Going(FiveFiles(), {.bytes = 149}) == std::vector<int>{1});
  CHECK(Going(FiveFiles(), {.bytes = 90}) == std::vector<int>{1, 2, 3});
  CHECK(Going(FiveFiles(), {.bytes = 1}).size() == 5);
}

TEST_CASE("files that are too old go") {
  CHECK(Going(FiveFiles(), {.age = absl::Hours(24 * 5)}).empty());
  CHECK(Going(FiveFiles(), {.age = absl::Hours(24 * 3)}) == std::vector<int>{1, 2});
}

TEST_CASE("the limit that is reached first counts") {
  CHECK(Going(FiveFiles(), {.files = 4, .bytes = 100, .age = absl::Hours(24 * 4)}).size() == 3);
}

TEST_CASE("a file that was closed while the clock was fast grows old all the same") {
  std::vector<ClosedFile> files = FiveFiles();
  files[4].name = *kNames.Parse("audit-20990101T000000.000000Z.jsonl");
  CHECK(FindSurplus(files, {.age = absl::Minutes(1)}, Day(6)).size() == 5);
}

TEST_CASE("no file goes from the middle of a trail") {
  std::vector<ClosedFile> files = FiveFiles();
  files[2].changed = Day(1) - absl::Hours(1000);
  CHECK(Going(files, {.age = absl::Hours(24 * 30)}).empty());
}

TEST_CASE("it is told why a file goes") {
  const auto why = [](const Retention& retention) {
    return FindSurplus(FiveFiles(), retention, Day(6)).at(0).why;
  };
  CHECK(why({.files = 1}) == "more than 1 closed files");
  CHECK(why({.bytes = 10}) == "more than 10 bytes of closed files");
  CHECK(why({.age = absl::Hours(1)}) == "older than 1h");
}

}  // namespace
}  // namespace certgate
