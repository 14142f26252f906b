// Health and reflection, which gRPC registers without asking, and paths that nothing registered.

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kHealthWatch[] = "/grpc.health.v1.Health/Watch";
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
// ServerReflectionRequest{list_services: "*"}.
const std::string kListServices = "\x3A\x01*";

std::string AdaMayCall(const std::string& key) {
  return "version: 1\nname: test\nmethods:\n  \"" + key + "\":\n    allow:\n      - cn: ada\n";
}

void EnableHealthAndReflection() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

}  // namespace

TEST_CASE("a listed caller reaches health and reflection") {
  EnableHealthAndReflection();
  GuardedServer server({.policy = AdaMayCall("*")});
  const auto channel = server.ConnectAs("CN=ada");

  const CallOutcome health = CallRaw(channel, kHealthCheck, {""});
  CHECK(health.status.ok());
  CHECK(health.replies == std::vector<std::string>{"\x08\x01"});  // SERVING

  const CallOutcome reflection = CallRaw(channel, kReflection, {kListServices});
  CHECK(reflection.status.ok());
  REQUIRE(reflection.replies.size() == 1);
  CHECK(reflection.replies[0].find("helloworld.Greeter") != std::string::npos);

  const auto records = server.Records();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["rpc"]["method"] == std::string(kHealthCheck).substr(1));
  CHECK(records[1]["rpc"]["method"] == std::string(kReflection).substr(1));
  for (const auto& record : records) CHECK(record["event"]["reason"] == "allowed");
}

TEST_CASE("a refused caller gets nothing from health and reflection however often it asks") {
  EnableHealthAndReflection();
  GuardedServer server({.policy = AdaMayCall("/helloworld.Greeter/*")});
  const auto channel = server.ConnectAs("CN=ada");
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    for (const char* path : {kHealthCheck, kHealthWatch, kReflection}) {
      const std::string request = path == kReflection ? kListServices : "";
      const CallOutcome outcome = CallRaw(channel, path, {request});
      REQUIRE(outcome.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
      REQUIRE(outcome.replies.empty());
    }
  }
  const auto records = server.Records();
  REQUIRE(records.size() == 3 * kRounds);
  for (const auto& record : records) {
    CHECK(record["event"]["reason"] == "method_not_listed");
    CHECK(record["source"]["ip"] == "127.0.0.1");
  }
}

TEST_CASE("a refused caller of health is told the identifier of its record") {
  EnableHealthAndReflection();
  GuardedServer server({.policy = AdaMayCall("/helloworld.Greeter/*")});
  const CallOutcome outcome = CallRaw(server.ConnectAs("CN=ada"), kHealthCheck, {""});
  REQUIRE(server.Records().size() == 1);
  const std::string id = server.Records()[0]["event"]["id"];
  CHECK(outcome.status.error_message() == "certgate refused this call, audit record " + id);
}

TEST_CASE("an unknown path is refused and recorded where the policy does not allow it") {
  GuardedServer server({.policy = AdaMayCall("/helloworld.Greeter/*")});
  const auto channel = server.ConnectAs("CN=ada");

  const CallOutcome unlisted = CallRaw(channel, "/acme.Admin/DropAll", {"x"});
  CHECK(unlisted.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  const CallOutcome listed = CallRaw(channel, "/helloworld.Greeter/NoSuchMethod", {"x"});
  CHECK(listed.status.error_code() == grpc::StatusCode::UNIMPLEMENTED);

  const auto records = server.Records();
  REQUIRE(records.size() == 2);
  CHECK(records[0]["rpc"]["method"] == "acme.Admin/DropAll");
  CHECK(records[0]["event"]["reason"] == "method_not_listed");
  CHECK(records[1]["rpc"]["method"] == "helloworld.Greeter/NoSuchMethod");
  CHECK(records[1]["event"]["reason"] == "allowed");
}

TEST_CASE("no other spelling of a path reaches a handler") {
  GuardedServer server({.policy = AdaMayCall("*")});
  const auto channel = server.ConnectAs("CN=ada");
  const std::vector<std::string> odd = {"//helloworld.Greeter/SayHello",
                                        "/helloworld.Greeter//SayHello",
                                        "/helloworld.Greeter/SayHello/",
                                        "/helloworld.greeter/sayhello",
                                        "/helloworld.Greeter/SayHello?x",
                                        "/helloworld.Greeter/%53ayHello",
                                        "/helloworld.Greeter/./SayHello",
                                        "/helloworld.Greeter/",
                                        "/helloworld.Greeter"};
  for (const std::string& path : odd) {
    CAPTURE(path);
    const CallOutcome outcome = CallRaw(channel, path, {HelloRequestBytes("Ada")});
    CHECK_FALSE(outcome.status.ok());
    CHECK(outcome.replies.empty());
  }
  CHECK(server.handlers().calls() == 0);
  CHECK(server.Records().size() == odd.size());
}

}  // namespace certgate::testing
