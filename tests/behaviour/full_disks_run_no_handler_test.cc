// A file system that fills up under load: no handler runs without its record, refused callers are
// told UNAVAILABLE, and once there is room all goes on by itself, in the same chain.

#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/trail/verify.h"
#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"
#include "tests/support/long_call.h"
#include "tests/support/small_disk.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

using nlohmann::json;

// Calls that go on, from several connections at once, until it ends.
class Load {
 public:
  Load(const GuardedServer& server, const MintedCertificate& client) {
    for (int i = 0; i < 4; ++i) {
      threads_.emplace_back([this, channel = server.Connect(client)] {
        while (!ends_) Count(SayHello(channel));
      });
    }
  }
  ~Load() { End(); }

  void End() {
    ends_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  std::size_t answered() const { return answered_; }
  std::size_t unavailable() const { return unavailable_; }
  std::size_t others() const { return others_; }

 private:
  void Count(const grpc::Status& status) {
    if (status.ok()) {
      ++answered_;
    } else if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      ++unavailable_;
    } else {
      ++others_;
    }
  }

  std::atomic<bool> ends_ = false;
  std::atomic<std::size_t> answered_ = 0;
  std::atomic<std::size_t> unavailable_ = 0;
  std::atomic<std::size_t> others_ = 0;
  std::vector<std::thread> threads_;
};

struct Told {
  std::size_t allowed = 0;
  std::size_t unwritable = 0;
};

Told ReadTrail(const std::string& path) {
  Told told;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const json record = json::parse(line);
    const json& event = record["event"];
    told.allowed += event["action"] == "authorize" && event["outcome"] == "success";
    if (event["action"] == "audit-suppressed" && event["reason"] == "unwritable") {
      told.unwritable += record["certgate"]["suppressed"]["count"].get<std::size_t>();
    }
  }
  return told;
}

void CheckChain(const std::string& path) {
  const auto files = FindTrailFiles({path}, FileOrder::kBySequence);
  REQUIRE(files.ok());
  VerifyOptions options;
  options.must_be_closed = true;
  VerifyResult result;
  REQUIRE(VerifyTrails(*files, options, result).ok());
  INFO((result.fault ? result.fault->message : ""));
  CHECK(result.is_intact());
}

// Calls until nothing more can be recorded, thrice, with a little room in between.
void FillAgainAndAgain(GuardedServer& server, const MintedCertificate& client,
                       const std::string& ballast) {
  Load load(server, client);
  for (const std::uintmax_t left : {540'000u, 480'000u, 420'000u}) {
    REQUIRE(WaitUntil([&, told = load.unavailable()] { return load.unavailable() >= told + 100; }));
    const std::size_t answered = load.answered();
    std::filesystem::resize_file(ballast, left);
    REQUIRE(WaitUntil([&] { return load.answered() >= answered + 20; }));
  }
  REQUIRE(WaitUntil([&, told = load.unavailable()] { return load.unavailable() >= told + 100; }));
  load.End();
  CHECK(load.others() == 0);
  CHECK(load.answered() == server.handlers().calls());
}

void CheckFullDisk(Durability durability, Api api) {
  const SmallDisk disk;
  if (!disk.is_there()) {
    WARN("a file system cannot be mounted here: this test needs root");
    return;
  }
  const std::string path = disk.directory().PathOf("audit.jsonl");
  const std::string ballast = disk.directory().Write("ballast", std::string(600'000, 'x'));

  AuditOptions options;
  options.places.push_back({.sink = *OpenAuditFile({.path = path})});
  options.service = {"certgate-test", "0"};
  options.durability = durability;
  const std::shared_ptr<AuditLog> log = *AuditLog::Create(std::move(options));
  std::size_t handled = 0;
  {
    GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api, .audit_log = log});
    const MintedCertificate client = server.authority().Issue("CN=ada");
    FillAgainAndAgain(server, client, ballast);
    CHECK_FALSE(log->status().is_writable);
    CHECK(log->status().error.find("No space left on device") != std::string::npos);
    std::filesystem::resize_file(ballast, 0);
    CHECK(WaitUntil([&] { return SayHello(server.Connect(client)).ok(); }));
    CHECK(log->status().is_writable);
    handled = server.handlers().calls();
  }
  log->Close();

  const Told told = ReadTrail(path);
  CHECK(told.allowed == handled);
  CHECK(told.unwritable >= 100);
  CheckChain(path);
}

TEST_CASE("a disk that fills up runs no handler without a record (write, sync)") {
  CheckFullDisk(Durability::kWrite, Api::kSync);
}
TEST_CASE("a disk that fills up runs no handler without a record (write, callback)") {
  CheckFullDisk(Durability::kWrite, Api::kCallback);
}
TEST_CASE("a disk that fills up runs no handler without a record (fsync, sync)") {
  CheckFullDisk(Durability::kFsync, Api::kSync);
}
TEST_CASE("a disk that fills up runs no handler without a record (fsync, callback)") {
  CheckFullDisk(Durability::kFsync, Api::kCallback);
}

}  // namespace
}  // namespace certgate::testing
