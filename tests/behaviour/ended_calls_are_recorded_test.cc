// How each admitted call ended: its status, its length, what it received and sent. All kinds of
// call, sync and callback, and those of the services that gRPC registers itself.

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"
#include "tests/support/long_call.h"
#include "tests/support/reloading_server.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

using nlohmann::json;
using Records = std::vector<json>;

constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kHealthWatch[] = "/grpc.health.v1.Health/Watch";
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

std::function<void(ServerBuilder&)> RecordingEndsOf(std::vector<std::string> methods) {
  return [methods](ServerBuilder& builder) { builder.RecordCallEnds(methods); };
}

Records Select(const Records& records, const std::string& action) {
  Records selected;
  std::copy_if(records.begin(), records.end(), std::back_inserter(selected),
               [&](const json& record) { return record["event"]["action"] == action; });
  return selected;
}

// The record of a call's end may come after its caller knows of it.
Records Ends(const GreeterHost& server, std::size_t count) {
  WaitUntil([&] { return Select(server.Records(), "call-end").size() >= count; });
  return Select(server.Records(), "call-end");
}

json Traffic(std::size_t messages, std::size_t bytes) {
  return {{"messages", messages}, {"bytes", bytes}};
}

void CheckStatus(const json& end, grpc::StatusCode code, const std::string& name) {
  INFO(end.dump(2));
  CHECK(end["rpc"]["grpc"]["status_code"] == static_cast<int>(code));
  CHECK(end["certgate"]["call"]["status"] == name);
  CHECK(end["event"]["outcome"] == (code == grpc::StatusCode::OK ? "success" : "failure"));
  CHECK(end["event"]["duration"].get<std::int64_t>() > 0);
}

std::string LettingIn(const std::string& cn) {
  return "version: 1\nname: test\nmethods:\n  \"*\":\n    allow:\n      - { cn: \"" + cn +
         "\", id: the-rule }\n";
}

struct Shape {
  const char* method;
  std::vector<std::string> names;
  std::vector<std::string> replies;
};
const std::vector<Shape> kShapes = {
    {"SayHello", {"Ada"}, {"Hello Ada"}},
    {"SayHelloStreamReply", {"Ada"}, {"Hello Ada"}},
    {"SayHelloCollect", {"Ada", "Bob"}, {"Hello AdaBob"}},
    {"SayHelloBidiStream", {"Ada", "Bobby"}, {"Hello Ada", "Hello Bobby"}},
};

std::vector<std::string> Encoded(const std::vector<std::string>& texts) {
  std::vector<std::string> encoded;
  for (const std::string& text : texts) encoded.push_back(HelloRequestBytes(text));
  return encoded;
}

json TrafficOf(const std::vector<std::string>& messages) {
  std::size_t bytes = 0;
  for (const std::string& message : messages) bytes += message.size();
  return Traffic(messages.size(), bytes);
}

}  // namespace

TEST_CASE("a call of any shape leaves one record of its end") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const Shape shape = GENERATE(from_range(kShapes));
  CAPTURE(shape.method, api == Api::kSync);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const std::string path = std::string("/helloworld.Greeter/") + shape.method;
  const auto channel = server.ConnectAs("CN=ada,OU=payments");
  constexpr std::size_t kCalls = 20;
  for (std::size_t i = 0; i < kCalls; ++i) {
    REQUIRE(CallRaw(channel, path, Encoded(shape.names)).status.ok());
  }

  const Records ends = Ends(server, kCalls);
  REQUIRE(ends.size() == kCalls);
  const Records records = server.Records();
  CHECK(records.size() == 2 * kCalls);
  const Records admissions = Select(records, "authorize");
  // A call may begin before the end of the one before is recorded.
  for (const json& admission : admissions) {
    const auto found = std::find_if(ends.begin(), ends.end(), [&](const json& one) {
      return one["certgate"]["admitted_by"] == admission["event"]["id"];
    });
    REQUIRE(found != ends.end());
    const json& end = *found;
    CheckStatus(end, grpc::StatusCode::OK, "OK");
    CHECK(end["certgate"]["call"]["received"] == TrafficOf(Encoded(shape.names)));
    CHECK(end["certgate"]["call"]["sent"] == TrafficOf(Encoded(shape.replies)));
    CHECK(end["rule"] == admission["rule"]);
    CHECK(end["source"] == admission["source"]);
    CHECK(end["tls"] == admission["tls"]);
    CHECK(end["rpc"]["method"] == admission["rpc"]["method"]);
    CHECK(end["event"]["sequence"] > admission["event"]["sequence"]);
  }
}

TEST_CASE("only the methods that are named have the ends of their calls recorded") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"),
                        .api = api,
                        .configure = RecordingEndsOf({"/helloworld.Greeter/SayHelloCollect"})});
  const auto channel = server.ConnectAs("CN=ada");
  for (const Shape& shape : kShapes) {
    const std::string path = std::string("/helloworld.Greeter/") + shape.method;
    REQUIRE(CallRaw(channel, path, Encoded(shape.names)).status.ok());
  }
  const Records ends = Ends(server, 1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0]["rpc"]["method"] == "helloworld.Greeter/SayHelloCollect");
  CHECK(server.Records().size() == kShapes.size() + 1);
}

TEST_CASE("a refused call has no end to be recorded") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const auto channel = server.ConnectAs("CN=eve");
  for (const Shape& shape : kShapes) {
    const std::string path = std::string("/helloworld.Greeter/") + shape.method;
    CHECK_FALSE(CallRaw(channel, path, Encoded(shape.names)).status.ok());
  }
  // One that ends after them.
  const auto other = server.ConnectAs("CN=ada");
  REQUIRE(CallRaw(other, "/helloworld.Greeter/SayHello", {HelloRequestBytes("Ada")}).status.ok());
  CHECK(Ends(server, 1).size() == 1);
}

TEST_CASE("under observe the end of a call that the policy denies is recorded too") {
  GuardedServer server({.policy = AllowGreeterPolicy("ada") + "mode: observe\n",
                        .configure = RecordingEndsOf({"*"})});
  REQUIRE(CallRaw(server.ConnectAs("CN=eve"), "/helloworld.Greeter/SayHello",
                  {HelloRequestBytes("Ada")})
              .status.ok());
  const Records ends = Ends(server, 1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0]["certgate"]["observed_reason"] == "no_matching_rule");
  CHECK(ends[0]["certgate"]["mode"] == "observe");
}

TEST_CASE("a call whose client went away ends as cancelled") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const auto channel = server.ConnectAs("CN=ada");
  for (const CallKind kind : kCallKinds) {
    CAPTURE(MethodOf(kind), api == Api::kSync);
    const std::size_t before = Select(server.Records(), "call-end").size();
    const std::size_t waiting = server.handlers().waiting("ada");
    // With a deadline far away, which must not be taken for the reason.
    LongCall call(channel, kind, absl::Seconds(60));
    REQUIRE(WaitUntil([&] { return server.handlers().waiting("ada") > waiting; }));
    call.Cancel();
    const Records ends = Ends(server, before + 1);
    REQUIRE(ends.size() == before + 1);
    CheckStatus(ends.back(), grpc::StatusCode::CANCELLED, "CANCELLED");
    CHECK(ends.back()["certgate"]["call"]["received"] ==
          Traffic(1, HelloRequestBytes("wait").size()));
    // A reply that was not sent does not count.
    const bool has_replied = kind == CallKind::kServerStream || kind == CallKind::kBidiStream;
    CHECK(ends.back()["certgate"]["call"]["sent"] ==
          (has_replied ? Traffic(1, HelloRequestBytes("Hello wait").size()) : Traffic(0, 0)));
  }
}

TEST_CASE("a call that ran out of time ends so") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const auto channel = server.ConnectAs("CN=ada");
  for (const CallKind kind : kCallKinds) {
    CAPTURE(MethodOf(kind), api == Api::kSync);
    const std::size_t before = Select(server.Records(), "call-end").size();
    LongCall call(channel, kind, absl::Milliseconds(1500));
    const auto end = call.WaitForEnd();
    REQUIRE(end.has_value());
    REQUIRE(end->status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
    const Records ends = Ends(server, before + 1);
    REQUIRE(ends.size() == before + 1);
    CheckStatus(ends.back(), grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED");
  }
}

TEST_CASE("the status of a handler that fails is the one that its caller sees") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const CallOutcome outcome = CallRaw(server.ConnectAs("CN=ada"), "/helloworld.Greeter/SayHello",
                                      {HelloRequestBytes("throw")});
  REQUIRE_FALSE(outcome.status.ok());
  const Records ends = Ends(server, 1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0]["rpc"]["grpc"]["status_code"] == static_cast<int>(outcome.status.error_code()));
  CHECK(ends[0]["event"]["outcome"] == "failure");
  CHECK(ends[0]["certgate"]["call"]["sent"] == Traffic(0, 0));
}

TEST_CASE("the end of an admitted call whose request cannot be parsed is recorded") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server(
      {.policy = AllowGreeterPolicy("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const CallOutcome outcome =
      CallRaw(server.ConnectAs("CN=ada"), "/helloworld.Greeter/SayHello", {"\xFF\xFF\xFF\xFF"});
  REQUIRE_FALSE(outcome.status.ok());
  const Records ends = Ends(server, 1);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0]["rpc"]["grpc"]["status_code"] == static_cast<int>(outcome.status.error_code()));
  CHECK(ends[0]["certgate"]["call"]["received"] == Traffic(0, 0));
}

TEST_CASE("the end of a revoked call comes behind its revocation and has its status") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  CAPTURE(api == Api::kSync);
  ReloadingServer server(
      {.policy = LettingIn("ada"), .api = api, .configure = RecordingEndsOf({"*"})});
  const auto channel = server.ConnectAs("CN=ada");
  std::vector<std::unique_ptr<LongCall>> calls;
  for (const CallKind kind : kCallKinds) calls.push_back(std::make_unique<LongCall>(channel, kind));
  REQUIRE(WaitUntil([&] { return server.handlers().waiting("ada") == kCallKinds.size(); }));

  server.Replace("policy.yaml", LettingIn("bob"));
  for (const auto& call : calls) {
    const auto end = call->WaitForEnd();
    REQUIRE(end.has_value());
    CHECK(end->status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  }
  const Records ends = Ends(server, kCallKinds.size());
  REQUIRE(ends.size() == kCallKinds.size());
  const Records records = server.Records();
  const Records revocations = Select(records, "revoke-call");
  REQUIRE(revocations.size() == kCallKinds.size());
  for (const json& end : ends) {
    CheckStatus(end, grpc::StatusCode::PERMISSION_DENIED, "PERMISSION_DENIED");
    const auto revocation =
        std::find_if(revocations.begin(), revocations.end(), [&](const json& one) {
          return one["certgate"]["admitted_by"] == end["certgate"]["admitted_by"];
        });
    REQUIRE(revocation != revocations.end());
    CHECK((*revocation)["event"]["sequence"] < end["event"]["sequence"]);
    // Of the policy that admitted the call, not of the one that ended it.
    CHECK(end["rule"]["name"] == "the-rule");
    CHECK(end["rule"]["version"] != (*revocation)["rule"]["version"]);
  }
}

TEST_CASE("calls to what grpc registers itself have their ends recorded") {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  GuardedServer server({.policy = LettingIn("ada"), .configure = RecordingEndsOf({"/grpc.*"})});
  const auto channel = server.ConnectAs("CN=ada");

  REQUIRE(CallRaw(channel, kHealthCheck, {""}).status.ok());
  Records ends = Ends(server, 1);
  REQUIRE(ends.size() == 1);
  CheckStatus(ends[0], grpc::StatusCode::OK, "OK");
  CHECK(ends[0]["rpc"]["method"] == std::string(kHealthCheck).substr(1));
  CHECK(ends[0]["certgate"]["call"]["received"] == Traffic(1, 0));
  CHECK(ends[0]["certgate"]["call"]["sent"] == Traffic(1, 2));

  const std::string request("\x3A\x01*");  // ServerReflectionRequest{list_services: "*"}
  const CallOutcome reflection = CallRaw(channel, kReflection, {request});
  REQUIRE(reflection.status.ok());
  ends = Ends(server, 2);
  REQUIRE(ends.size() == 2);
  CheckStatus(ends[1], grpc::StatusCode::OK, "OK");
  CHECK(ends[1]["certgate"]["call"]["received"] == Traffic(1, request.size()));
  CHECK(ends[1]["certgate"]["call"]["sent"] == TrafficOf(reflection.replies));

  // A watch lasts until its client's patience ends.
  CHECK_FALSE(CallRaw(channel, kHealthWatch, {""}).status.ok());
  ends = Ends(server, 3);
  REQUIRE(ends.size() == 3);
  CheckStatus(ends[2], grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED");
  CHECK(ends[2]["certgate"]["call"]["sent"] == Traffic(1, 2));
}

TEST_CASE("a key that is none keeps the server from starting") {
  CHECK_THROWS_WITH(GuardedServer({.policy = AllowGreeterPolicy("ada"),
                                   .configure = RecordingEndsOf({"helloworld.Greeter/SayHello"})}),
                    Catch::Matchers::ContainsSubstring("is not a method key"));
}

}  // namespace certgate::testing
