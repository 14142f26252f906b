// After a reload each running stream is decided again: of thousands exactly those end whose callers
// have lost their right, and all the others go on.

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/many_streams.h"
#include "tests/support/reloading_server.h"
#include "tests/support/sanitized.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

constexpr std::size_t kStreamsOfOne = kIsSanitized ? 100 : 1250;

std::string Letting(const std::vector<std::string>& callers) {
  std::string policy =
      "version: 1\nname: streams\nmethods:\n  /helloworld.Greeter/SayHelloBidiStream:\n    "
      "allow:\n";
  for (const std::string& caller : callers) policy += "      - cn: " + caller + "\n";
  return policy + "...\n";
}

std::vector<std::shared_ptr<grpc::Channel>> Connections(const ReloadingServer& server,
                                                        const std::string& caller) {
  const MintedCertificate certificate = server.authority().Issue("CN=" + caller);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  // The server takes 100 streams on a connection.
  for (std::size_t i = 0; i * 100 < kStreamsOfOne; ++i) {
    channels.push_back(server.Connect(certificate));
  }
  return channels;
}

}  // namespace

TEST_CASE("of thousands of streams exactly those end that have lost their right") {
  const std::vector<std::string> all = {"ada", "bob", "eve", "kim"};
  const std::set<std::string> leaving = {"bob", "kim"};
  ReloadingServer server({.policy = Letting(all)});
  std::map<std::string, std::unique_ptr<ManyStreams>> streams;
  for (const std::string& caller : all) {
    streams[caller] = std::make_unique<ManyStreams>(Connections(server, caller), kStreamsOfOne);
    REQUIRE(streams[caller]->Exchange() == kStreamsOfOne);
  }
  CHECK(server.calls().running == all.size() * kStreamsOfOne);

  server.Replace("policy.yaml", Letting({"eve", "ada"}));
  const std::size_t lost = leaving.size() * kStreamsOfOne;
  REQUIRE(WaitUntil([&] { return server.calls().revoked >= lost; }));
  for (const std::string& caller : all) {
    const bool leaves = leaving.contains(caller);
    CAPTURE(caller);
    CHECK(streams[caller]->Exchange() == (leaves ? 0 : kStreamsOfOne));
    REQUIRE(WaitUntil([&] {
      return !leaves ||
             streams[caller]->ends()[grpc::StatusCode::PERMISSION_DENIED] == kStreamsOfOne;
    }));
    CHECK(streams[caller]->ends().empty() == !leaves);
  }
  CHECK(server.calls().revoked == lost);
  // A call that was ended runs until its handler has noticed.
  REQUIRE(WaitUntil([&] { return server.calls().running == all.size() * kStreamsOfOne - lost; }));

  // Each admission that was taken back has its record, once.
  std::map<std::string, std::string> admitted;
  std::set<std::string> revoked;
  std::size_t revocations = 0;
  REQUIRE(WaitUntil([&] {
    revocations = 0;
    for (const nlohmann::json& record : server.Records()) {
      if (record["event"]["action"] == "revoke-call") ++revocations;
    }
    return revocations >= lost;
  }));
  CHECK(revocations == lost);
  for (const nlohmann::json& record : server.Records()) {
    const std::string caller =
        record.value("/tls/client/x509/subject/common_name/0"_json_pointer, std::string());
    if (record["event"]["action"] == "authorize") admitted[record["event"]["id"]] = caller;
    if (record["event"]["action"] != "revoke-call") continue;
    CHECK(leaving.contains(caller));
    const std::string by = record["certgate"]["admitted_by"];
    CHECK(admitted[by] == caller);
    CHECK(revoked.insert(by).second);
  }
}

}  // namespace certgate::testing
