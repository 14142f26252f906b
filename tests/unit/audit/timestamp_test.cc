#include "src/audit/timestamp.h"

#include <absl/time/civil_time.h>

#include <cstdint>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("a time is written in UTC with microseconds") {
  const absl::Time time =
      absl::FromCivil(absl::CivilSecond(2026, 1, 2, 3, 4, 5), absl::UTCTimeZone());
  CHECK(Timestamp(time, Precision::kMicroseconds).text() == "2026-01-02T03:04:05.000000Z");
  CHECK(Timestamp(time + absl::Nanoseconds(1999), Precision::kMicroseconds).text() ==
        "2026-01-02T03:04:05.000001Z");
  CHECK(Timestamp(time + absl::Milliseconds(999), Precision::kSeconds).text() ==
        "2026-01-02T03:04:05Z");
}

TEST_CASE("a time before 1970 is written without borrowing from the second") {
  CHECK(Timestamp(absl::UnixEpoch() - absl::Microseconds(1), Precision::kMicroseconds).text() ==
        "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("an infinite time has no text") {
  CHECK(Timestamp(absl::InfinitePast(), Precision::kSeconds).text().empty());
  CHECK(Timestamp(absl::InfiniteFuture(), Precision::kMicroseconds).text().empty());
}

TEST_CASE("the furthest times stay short") {
  const absl::Time last = absl::FromUnixSeconds(INT64_MAX - 1);
  const absl::Time first = absl::FromUnixSeconds(INT64_MIN + 1);
  CHECK(Timestamp(last, Precision::kMicroseconds).text().size() <= 40);
  CHECK(Timestamp(first, Precision::kMicroseconds).text().size() <= 40);
}

}  // namespace
}  // namespace certgate
