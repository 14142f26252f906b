#include <string>

#include "src/trail/verify.h"
#include "tests/support/catch2.h"
#include "tests/support/trail_writer.h"
#include "tests/unit/trail/verified_files.h"

namespace certgate {
namespace {

using testing::Outcome;
using testing::TrailWriter;
using testing::Verify;

VerifyOptions With(testing::TrailKeys& keys) {
  VerifyOptions options;
  options.keys.push_back(std::move(keys.verifier));
  return options;
}

TEST_CASE("signatures reach up to the last signed record") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  TrailWriter trail("place", keys.signer.get());
  std::string text = trail.Open();
  for (int i = 0; i < 5; ++i) text += trail.Call();
  text += trail.Checkpoint();
  for (int i = 0; i < 3; ++i) text += trail.Call();
  const VerifyOptions options = With(keys);
  const VerifyResult result = Verify({text}, options);
  CHECK(Outcome(result) == "intact");
  REQUIRE(result.trails.front().signed_until.has_value());
  CHECK(result.trails.front().signed_until->sequence == 7);
  CHECK(result.trails.front().unsigned_at_end == 3);
}

TEST_CASE("signatures of somebody else are refused") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  const testing::TrailKeys others = testing::MakeTrailKeys();
  TrailWriter trail("place", others.signer.get());
  CHECK(Outcome(Verify({trail.File(3)}, With(keys))) == "0.jsonl:1: signature");
}

TEST_CASE("one of several keys is enough") {
  testing::TrailKeys before = testing::MakeTrailKeys();
  testing::TrailKeys after = testing::MakeTrailKeys();
  TrailWriter old_trail("place", before.signer.get());
  const std::string first = old_trail.File(3);
  TrailWriter new_trail("place", after.signer.get());
  new_trail.set_head(old_trail.head());
  const std::string second = new_trail.File(3);
  VerifyOptions options = With(before);
  options.keys.push_back(std::move(after.verifier));
  CHECK(Outcome(Verify({first, second}, options)) == "intact");
}

TEST_CASE("a trail without any signature is refused where a key is given") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  TrailWriter trail;
  CHECK(Outcome(Verify({trail.File(3)}, With(keys))) == "0.jsonl:0: signature");
}

TEST_CASE("a trail that was written anew from some record on is refused") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  TrailWriter trail("place", keys.signer.get());
  std::string text = trail.Open();
  text += trail.Call();
  TrailWriter forger;
  forger.set_head(trail.head());
  text += forger.Call();
  text += forger.Close();
  CHECK(Outcome(Verify({text}, With(keys))) == "0.jsonl:4: signature");
}

TEST_CASE("more than a thousand records without a signature are refused") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  const VerifyOptions options = With(keys);
  for (const int calls : {1000, 1001}) {
    TrailWriter trail("place", keys.signer.get());
    std::string text = trail.Open();
    for (int i = 0; i < calls; ++i) text += trail.Call();
    text += trail.Checkpoint();
    CHECK(Outcome(Verify({text}, options)) ==
          (calls == 1000 ? "intact" : "0.jsonl:1002: signature"));
  }
}

TEST_CASE("records from before the first signature are vouched for by it") {
  testing::TrailKeys keys = testing::MakeTrailKeys();
  TrailWriter trail;
  const std::string first = trail.File(1100);
  TrailWriter later("place", keys.signer.get());
  later.set_head(trail.head());
  CHECK(Outcome(Verify({first, later.File(3)}, With(keys))) == "intact");
}

}  // namespace
}  // namespace certgate
