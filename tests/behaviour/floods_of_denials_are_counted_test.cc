// 20,000 denied calls as fast as they come: records plus counted are the calls exactly, the file
// stays small, and each call of a good client meanwhile has its record.

#include <absl/time/clock.h>
#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"
#include "tests/support/long_call.h"
#include "tests/support/sanitized.h"

namespace certgate::testing {
namespace {

using nlohmann::json;

// A sanitizer makes a call ten times slower.
constexpr std::size_t kThreads = 8;
constexpr std::size_t kCallsEach = kIsSanitized ? 250 : 2500;
constexpr std::size_t kDenials = kThreads * kCallsEach;

struct Told {
  std::size_t allowed = 0;
  std::size_t denied = 0;
  std::size_t counted = 0;
  std::size_t bytes_but_for_allowed = 0;
};

Told ReadTrail(const std::string& path) {
  Told told;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json record = json::parse(line);
    const json& event = record["event"];
    if (event["action"] == "authorize" && event["outcome"] == "success") {
      ++told.allowed;
      continue;
    }
    told.bytes_but_for_allowed += line.size();
    if (event["action"] == "authorize") {
      ++told.denied;
    } else if (event["action"] == "audit-suppressed") {
      REQUIRE(event["reason"] == "flood");
      told.counted += record["certgate"]["suppressed"]["count"].get<std::size_t>();
    }
  }
  return told;
}

// Greets until it is told to stop, and counts the answers.
class GoodClient {
 public:
  explicit GoodClient(std::shared_ptr<grpc::Channel> channel)
      : thread_([this, channel] {
          while (!stops_) answered_ += std::size_t{SayHello(channel).ok()};
        }) {}
  ~GoodClient() { Stop(); }

  std::size_t Stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
    return answered_;
  }

 private:
  std::atomic<bool> stops_ = false;
  std::size_t answered_ = 0;
  std::thread thread_;
};

// How many of kDenials calls over connections of `connect` were denied. Call number `i` of a
// thread goes to the path `path_of(i)`.
std::size_t Flood(const std::function<std::shared_ptr<grpc::Channel>()>& connect,
                  const std::function<std::string(std::size_t)>& path_of) {
  std::atomic<std::size_t> denied = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, channel = connect()] {
      const std::vector<std::string> request = {HelloRequestBytes("Ada")};
      for (std::size_t i = 0; i < kCallsEach; ++i) {
        const grpc::StatusCode code = CallRaw(channel, path_of(i), request).status.error_code();
        denied += std::size_t{code == grpc::StatusCode::PERMISSION_DENIED};
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return denied;
}

void CheckFlood(const std::function<std::string(std::size_t)>& path_of) {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  const std::shared_ptr<AuditLog> log = *AuditLog::OpenFile(path, {"certgate-test", "0"});
  std::size_t answered = 0;
  double seconds = 0;
  {
    GuardedServer server({.policy = AllowGreeterPolicy("ada"), .audit_log = log});
    const MintedCertificate eve = server.authority().Issue("CN=eve");
    GoodClient good(server.ConnectAs("CN=ada"));
    const absl::Time start = absl::Now();
    CHECK(Flood([&] { return server.Connect(eve); }, path_of) == kDenials);
    answered = good.Stop();
    seconds = absl::ToDoubleSeconds(absl::Now() - start);
    UNSCOPED_INFO("the flood took " << seconds << " s");
    CHECK(answered == server.handlers().calls());
  }
  log->Close();

  const Told told = ReadTrail(path);
  CHECK(told.denied + told.counted == kDenials);
  CHECK(told.denied < kDenials / 2);
  CHECK(told.allowed == answered);
  CHECK(answered > 0);
  // A caller gets so many records a second, and a flood lasts the longer the slower the machine is.
  CHECK(static_cast<double>(told.bytes_but_for_allowed) < 1'000'000 * std::max(1.0, seconds / 10));
}

TEST_CASE("20,000 denied calls of one kind are counted to the last") {
  CheckFlood([](std::size_t) { return std::string("/helloworld.Greeter/SayHello"); });
}

TEST_CASE("20,000 denied calls, each to another method, are counted to the last") {
  CheckFlood([](std::size_t i) { return "/acme.Shop/Buy" + std::to_string(i); });
}

}  // namespace
}  // namespace certgate::testing
