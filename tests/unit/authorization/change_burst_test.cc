#include "src/authorization/change_burst.h"

#include "tests/support/catch2.h"

namespace certgate {
namespace {

constexpr absl::Duration kSettle = absl::Seconds(5);
const ChangeBurst::File kFile{1, "policy.yaml"};
const ChangeBurst::File kOther{2, "ca.pem"};

absl::Time At(int milliseconds) { return absl::UnixEpoch() + absl::Milliseconds(milliseconds); }

}  // namespace

TEST_CASE("a burst of nothing is never over and needs no look") {
  ChangeBurst burst(kSettle);
  CHECK_FALSE(burst.IsOver(At(1000)));
  CHECK_FALSE(burst.CanEnd(At(1000)));
  CHECK(burst.NextLook() == absl::InfiniteFuture());
}

TEST_CASE("a change is told once after a pause of 20 milliseconds") {
  ChangeBurst burst(kSettle);
  burst.Changed(At(0));
  CHECK_FALSE(burst.IsOver(At(19)));
  CHECK(burst.CanEnd(At(19)));
  CHECK(burst.NextLook() == At(20));
  CHECK(burst.IsOver(At(20)));
  burst.Clear();
  CHECK_FALSE(burst.IsOver(At(40)));
}

TEST_CASE("changes that keep coming are told after 200 milliseconds") {
  ChangeBurst burst(kSettle);
  for (int time = 0; time < 200; time += 10) {
    burst.Completed(kFile, At(time));
    CHECK_FALSE(burst.IsOver(At(time)));
  }
  CHECK(burst.NextLook() == At(200));
  CHECK(burst.IsOver(At(200)));
}

TEST_CASE("a change waits for the writer of another file") {
  ChangeBurst burst(kSettle);
  burst.Completed(kFile, At(0));
  burst.Written(kOther, At(5));
  CHECK(burst.HasWriters());
  CHECK_FALSE(burst.IsOver(At(3000)));
  CHECK_FALSE(burst.CanEnd(At(3000)));
  burst.Completed(kOther, At(3000));
  CHECK(burst.IsOver(At(3000)));
}

TEST_CASE("a writer that goes on writing is waited for and one that stops counts as done") {
  ChangeBurst burst(kSettle);
  burst.Written(kFile, At(0));
  burst.Written(kFile, At(4000));
  CHECK_FALSE(burst.IsOver(At(8999)));
  CHECK(burst.NextLook() == At(9000));
  CHECK_FALSE(burst.IsOver(At(9000)));
  CHECK_FALSE(burst.HasWriters());
  CHECK(burst.IsOver(At(9020)));
}

TEST_CASE("a change that is no end of writing does not end the wait for a writer") {
  ChangeBurst burst(kSettle);
  burst.Written(kFile, At(0));
  burst.Changed(At(1));
  CHECK_FALSE(burst.IsOver(At(300)));
}

TEST_CASE("writers in a directory that is no longer watched are not waited for") {
  ChangeBurst burst(kSettle);
  burst.Written(kFile, At(0));
  burst.Written(kOther, At(0));
  burst.Changed(At(0));
  burst.Forget(kFile.first);
  CHECK(burst.HasWriters());
  burst.Forget(kOther.first);
  CHECK(burst.IsOver(At(20)));
}

}  // namespace certgate
