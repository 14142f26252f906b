#include "src/audit/rotated_names.h"

#include <optional>
#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, text, &time, &error));
  return time;
}

const RotatedNames kNames("audit.jsonl");

TEST_CASE("a closed file is named after the time of its rotation in UTC") {
  const absl::Time time = At("2026-11-26T07:15:30.123456+01:00");
  CHECK(kNames.ForTime(time) == "audit-20261126T061530.123456Z.jsonl");
  CHECK(RotatedNames("audit").ForTime(time) == "audit-20261126T061530.123456Z");
  CHECK(RotatedNames("my.audit.log").ForTime(time) == "my.audit-20261126T061530.123456Z.log");
  CHECK(RotatedNames(".audit").ForTime(time) == ".audit-20261126T061530.123456Z");
}

TEST_CASE("a name that certgate gave is read back") {
  const std::optional<RotatedName> plain = kNames.Parse("audit-20261126T061530.123456Z.jsonl");
  REQUIRE(plain);
  CHECK(plain->by == NamedBy::kCertgate);
  CHECK(plain->packing == Packing::kNone);
  CHECK(plain->time() == At("2026-11-26T06:15:30.123456Z"));
  const std::optional<RotatedName> gzip = kNames.Parse("audit-20261126T061530.123456Z.jsonl.gz");
  REQUIRE(gzip);
  CHECK(gzip->packing == Packing::kGzip);
  CHECK(gzip->mark == plain->mark);
  const std::optional<RotatedName> zstd = kNames.Parse("audit-20261126T061530.123456Z.jsonl.zst");
  REQUIRE(zstd);
  CHECK(zstd->packing == Packing::kZstd);
}

TEST_CASE("the names that logrotate gives are read") {
  const auto by = [](const std::string& name) {
    const std::optional<RotatedName> parsed = kNames.Parse(name);
    REQUIRE(parsed);
    return parsed->by;
  };
  CHECK(by("audit.jsonl.1") == NamedBy::kLogrotate);
  CHECK(by("audit.jsonl.12.gz") == NamedBy::kLogrotate);
  CHECK(by("audit.1.jsonl") == NamedBy::kLogrotate);
  CHECK(by("audit.jsonl-20261126") == NamedBy::kLogrotateDate);
  CHECK(by("audit.jsonl-20261126-1795680000.zst") == NamedBy::kLogrotateDate);
  CHECK(by("audit-20261126.jsonl.gz") == NamedBy::kLogrotateDate);
}

TEST_CASE("other names are those of other files") {
  for (const char* const name :
       {"audit.jsonl", "audit.jsonl.gz", "audit.jsonl.new", "audit.jsonl.bak", "audit.jsonl.1.xz",
        "audit.jsonl.", "audit.jsonl.1234567890", "audit-b-20261126T061530.123456Z.jsonl",
        "audit-20261126T061530.123456Z.log", "audit-20261126T061530.12345Z.jsonl",
        "audit-20261326T061530.123456Z.jsonl", "audit-20261126T061530.123456Z.jsonl.gz.tmp",
        "audit-20261126T061530.123456Z.jsonl.gz.gz", "xaudit-20261126T061530.123456Z.jsonl",
        "audit-2026112.jsonl", "audit-20261126-x.jsonl", "", "-", ".gz"}) {
    CAPTURE(name);
    CHECK_FALSE(kNames.Parse(name));
  }
}

TEST_CASE("closed files have an order") {
  const auto is_older = [](const std::string& a, const std::string& b) {
    const std::optional<RotatedName> first = kNames.Parse(a);
    const std::optional<RotatedName> second = kNames.Parse(b);
    REQUIRE((first && second));
    return first->IsOlderThan(*second) && !second->IsOlderThan(*first);
  };
  CHECK(is_older("audit-20261126T061530.123456Z.jsonl.gz", "audit-20261126T061530.123457Z.jsonl"));
  CHECK(is_older("audit.jsonl.10.gz", "audit.jsonl.9.gz"));
  CHECK(is_older("audit.jsonl.2", "audit.jsonl.1"));
  CHECK(is_older("audit.jsonl-20261125", "audit.jsonl-20261126"));
}

TEST_CASE("only packed files that are being made count as unfinished") {
  CHECK(kNames.IsUnfinished("audit-20261126T061530.123456Z.jsonl.gz.tmp"));
  CHECK(kNames.IsUnfinished("audit-20261126T061530.123456Z.jsonl.zst.tmp"));
  CHECK_FALSE(kNames.IsUnfinished("audit-20261126T061530.123456Z.jsonl.gz"));
  CHECK_FALSE(kNames.IsUnfinished("audit-20261126T061530.123456Z.jsonl.tmp"));
  CHECK_FALSE(kNames.IsUnfinished("audit.jsonl.1.gz.tmp"));
  CHECK_FALSE(kNames.IsUnfinished("other.tmp"));
}

}  // namespace
}  // namespace certgate
