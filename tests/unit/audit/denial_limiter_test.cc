#include "src/audit/denial_limiter.h"

#include <chrono>
#include <limits>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::DeniedRecord;
using testing::SampleCaller;
using Shared = DenialLimiter::Shared;

// A limiter, and a clock that stands still until it is told to go on.
struct Scene {
  explicit Scene(const DenialLimits& limits = {}) : limiter(limits) {}

  bool IsWritten(const DecisionRecord& denial) {
    last = limiter.Decide(denial, now);
    return last.mark == nullptr;
  }

  int CountWritten(const DecisionRecord& denial, int times) {
    int written = 0;
    for (int i = 0; i < times; ++i) written += IsWritten(denial) ? 1 : 0;
    return written;
  }

  int CountWrittenOfPaths(DecisionRecord denial, int paths) {
    int written = 0;
    for (int i = 0; i < paths; ++i) {
      const std::string path = "/acme.Guess/Method" + std::to_string(paths_made++);
      denial.path = path;
      written += IsWritten(denial) ? 1 : 0;
    }
    return written;
  }

  DenialLimiter limiter;
  TokenBucket::Time now = TokenBucket::Time(std::chrono::hours(1000));
  DenialLimiter::Verdict last;
  int paths_made = 0;
};

PeerIdentity CallerNumber(int number) {
  PeerIdentity caller = SampleCaller();
  caller.certificate.sha256 = "caller-" + std::to_string(number);
  return caller;
}

TEST_CASE("a burst of identical denials is written and the rest counted together") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  CHECK(scene.CountWritten(DeniedRecord(caller), 20) == 20);
  CHECK(scene.CountWritten(DeniedRecord(caller), 1000) == 0);
  CHECK(scene.last.shared == Shared::kCallerReasonMethod);
}

TEST_CASE("ten identical denials a second are written in the long run") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  scene.CountWritten(DeniedRecord(caller), 100);
  for (int tenth = 0; tenth < 100; ++tenth) {
    scene.now += milliseconds(100);
    CHECK(scene.CountWritten(DeniedRecord(caller), 50) == 1);
  }
  scene.now += seconds(3600);
  CHECK(scene.CountWritten(DeniedRecord(caller), 100) == 20);
}

TEST_CASE("other methods and reasons have a burst of their own") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  DecisionRecord denial = DeniedRecord(caller);
  CHECK(scene.CountWritten(denial, 50) == 20);
  denial.path = "/helloworld.Greeter/Other";
  CHECK(scene.CountWritten(denial, 50) == 20);
  denial.reason = Reason::kDeniedByRule;
  CHECK(scene.CountWritten(denial, 50) == 20);
}

TEST_CASE("a caller that asks for ever new methods is held to its own budget") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  CHECK(scene.CountWrittenOfPaths(DeniedRecord(caller), 20'000) == 100);
  CHECK(scene.last.shared == Shared::kCallerReason);
  const auto* const mark = scene.last.mark;
  CHECK(scene.CountWrittenOfPaths(DeniedRecord(caller), 1) == 0);
  CHECK(scene.last.mark == mark);
  scene.now += seconds(1);
  CHECK(scene.CountWrittenOfPaths(DeniedRecord(caller), 20'000) == 50);
}

TEST_CASE("beyond its budget a caller is still told apart by a method that it flooded before") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  CHECK(scene.CountWritten(DeniedRecord(caller), 50) == 20);
  CHECK(scene.CountWrittenOfPaths(DeniedRecord(caller), 1000) == 80);
  CHECK_FALSE(scene.IsWritten(DeniedRecord(caller)));
  CHECK(scene.last.shared == Shared::kCallerReasonMethod);
}

TEST_CASE("one caller does not use up the budget of another") {
  Scene scene;
  const PeerIdentity first = CallerNumber(1);
  const PeerIdentity second = CallerNumber(2);
  scene.CountWrittenOfPaths(DeniedRecord(first), 20'000);
  CHECK(scene.CountWritten(DeniedRecord(second), 50) == 20);
}

TEST_CASE("callers without a certificate are told apart by their host and not by their port") {
  Scene scene;
  DecisionRecord denial;
  denial.reason = Reason::kNoCertificate;
  denial.path = "/helloworld.Greeter/SayHello";
  int written = 0;
  for (int port = 1; port <= 50; ++port) {
    const std::string peer = "ipv4:192.0.2.7:" + std::to_string(port);
    denial.peer.uri = peer;
    written += scene.IsWritten(denial) ? 1 : 0;
  }
  CHECK(written == 20);
  denial.peer.uri = "ipv4:192.0.2.8:1";
  CHECK(scene.IsWritten(denial));
}

TEST_CASE("methods whose names are too long to be kept are counted without them") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  DecisionRecord denial = DeniedRecord(caller);
  const std::string path = "/acme.Guess/" + std::string(200, 'x');
  denial.path = path;
  CHECK(scene.CountWritten(denial, 50) == 20);
  CHECK(scene.last.shared == Shared::kCallerReason);
}

TEST_CASE("more callers than can be remembered are counted as one") {
  Scene scene;
  int written = 0;
  const int callers = static_cast<int>(DenialLimiter::kCallers) + 500;
  for (int i = 0; i < callers; ++i) {
    const PeerIdentity caller = CallerNumber(i);
    written += scene.IsWritten(DeniedRecord(caller)) ? 1 : 0;
  }
  // Each of those that are remembered, and the burst of the rest.
  CHECK(written == static_cast<int>(DenialLimiter::kCallers) + 100);
  CHECK(scene.last.shared == Shared::kNothing);
  // The first are quiet for long enough now to be forgotten.
  scene.now += seconds(10);
  const PeerIdentity newcomer = CallerNumber(callers);
  CHECK(scene.CountWritten(DeniedRecord(newcomer), 50) == 20);
}

TEST_CASE("a clock that stands still or goes back gives nothing away") {
  Scene scene;
  const PeerIdentity caller = SampleCaller();
  scene.CountWritten(DeniedRecord(caller), 50);
  scene.now -= seconds(30);
  CHECK(scene.CountWritten(DeniedRecord(caller), 50) == 0);
}

TEST_CASE("a burst of zero sets no limit") {
  const PeerIdentity caller = SampleCaller();
  Scene no_same({.burst = 0});
  CHECK(no_same.CountWritten(DeniedRecord(caller), 1000) == 100);
  Scene no_caller({.caller_burst = 0});
  CHECK(no_caller.CountWritten(DeniedRecord(caller), 1000) == 20);
  CHECK(no_caller.CountWrittenOfPaths(DeniedRecord(caller), 500) == 500);
  // As many as there is room for, and the burst of the rest.
  CHECK(no_caller.CountWrittenOfPaths(DeniedRecord(caller), 5000) == 1024 - 1 - 500 + 20);
}

TEST_CASE("rates that can never be reached are refused") {
  CHECK(CheckLimits({}).ok());
  CHECK(CheckLimits({.burst = 0, .per_second = 0}).ok());
  for (const double rate : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(CheckLimits({.per_second = rate}).code() == absl::StatusCode::kInvalidArgument);
    CHECK(CheckLimits({.caller_per_second = rate}).code() == absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace certgate
