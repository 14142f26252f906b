// The eight shapes of a call: four kinds, each on a sync and on a callback service.

#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

struct Kind {
  const char* method;
  std::vector<std::string> names;
  std::vector<std::string> replies;
};

const std::vector<Kind> kKinds = {
    {"SayHello", {"Ada"}, {"Hello Ada"}},
    {"SayHelloStreamReply", {"Ada"}, {"Hello Ada"}},
    {"SayHelloCollect", {"Ada", "Bob"}, {"Hello AdaBob"}},
    {"SayHelloBidiStream", {"Ada", "Bob"}, {"Hello Ada", "Hello Bob"}},
};

std::string PathOf(const Kind& kind) { return std::string("/helloworld.Greeter/") + kind.method; }

std::vector<std::string> RequestsOf(const Kind& kind) {
  std::vector<std::string> requests;
  for (const std::string& name : kind.names) requests.push_back(HelloRequestBytes(name));
  return requests;
}

// HelloReply and HelloRequest have the same wire form: one string, number 1.
std::vector<std::string> RepliesOf(const Kind& kind) {
  std::vector<std::string> replies;
  for (const std::string& reply : kind.replies) replies.push_back(HelloRequestBytes(reply));
  return replies;
}

void CheckRecord(const nlohmann::json& record, const Kind& kind, const std::string& cn,
                 const std::string& ou, const std::string& reason) {
  INFO(record.dump(2));
  CHECK(record["event"]["action"] == "authorize");
  CHECK(record["event"]["reason"] == reason);
  CHECK(record["rpc"]["method"] == PathOf(kind).substr(1));
  CHECK(record["source"]["ip"] == "127.0.0.1");
  CHECK(record["source"]["port"].get<int>() > 0);
  const nlohmann::json& subject = record["tls"]["client"]["x509"]["subject"];
  CHECK(subject["common_name"] == nlohmann::json::array({cn}));
  CHECK(subject["organizational_unit"] == nlohmann::json::array({ou}));
}

}  // namespace

TEST_CASE("a listed caller gets its answer in every shape of call and leaves one record") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const Kind kind = GENERATE(from_range(kKinds));
  CAPTURE(kind.method, api == Api::kSync);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});

  const CallOutcome outcome =
      CallRaw(server.ConnectAs("CN=ada,OU=payments"), PathOf(kind), RequestsOf(kind));

  CHECK(outcome.status.error_code() == grpc::StatusCode::OK);
  CHECK(outcome.replies == RepliesOf(kind));
  CHECK(server.handlers().calls() > 0);
  for (const std::string& caller : server.handlers().callers()) CHECK(caller == "ada");
  const auto records = server.Records();
  REQUIRE(records.size() == 1);
  CheckRecord(records[0], kind, "ada", "payments", "allowed");
  CHECK(records[0]["event"]["outcome"] == "success");
  CHECK(records[0]["rule"]["name"] == "the-rule");
}

TEST_CASE("an unlisted caller is refused in every shape of call before the handler runs") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const Kind kind = GENERATE(from_range(kKinds));
  CAPTURE(kind.method, api == Api::kSync);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});

  const CallOutcome outcome =
      CallRaw(server.ConnectAs("CN=eve,OU=eng"), PathOf(kind), RequestsOf(kind));

  CHECK(outcome.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(outcome.replies.empty());
  CHECK(server.handlers().calls() == 0);
  const auto records = server.Records();
  REQUIRE(records.size() == 1);
  CheckRecord(records[0], kind, "eve", "eng", "no_matching_rule");
  CHECK(records[0]["event"]["outcome"] == "failure");
  CHECK(records[0]["certgate"]["nearest_rule"] == "the-rule");
  CHECK(records[0]["certgate"]["nearest_failed"] == "cn");
  const std::string id = records[0]["event"]["id"];
  CHECK(outcome.status.error_message() == "certgate refused this call, audit record " + id);
}

TEST_CASE("the request of a refused caller is never parsed") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const std::string method = GENERATE("SayHello", "SayHelloStreamReply");
  CAPTURE(method, api == Api::kSync);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});
  const std::string path = "/helloworld.Greeter/" + method;
  // Not a protobuf message: whoever parses it says so.
  const std::vector<std::string> garbage = {"\xFF\xFF\xFF\xFF"};

  const CallOutcome refused = CallRaw(server.ConnectAs("CN=eve"), path, garbage);
  CHECK(refused.status.error_code() == grpc::StatusCode::PERMISSION_DENIED);

  const CallOutcome admitted = CallRaw(server.ConnectAs("CN=ada"), path, garbage);
  CHECK(admitted.status.error_code() != grpc::StatusCode::OK);
  CHECK(admitted.status.error_code() != grpc::StatusCode::PERMISSION_DENIED);
  CHECK(server.handlers().calls() == 0);

  // The server is none the worse for it.
  CHECK(CallRaw(server.ConnectAs("CN=ada"), path, {HelloRequestBytes("Ada")}).status.ok());
  CHECK(server.handlers().calls() == 1);
  CHECK(server.Records().size() == 3);
}

TEST_CASE("under observe a caller that the policy denies is let through and recorded") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const Kind kind = GENERATE(from_range(kKinds));
  GuardedServer server({.policy = AllowGreeterPolicy("ada") + "mode: observe\n", .api = api});

  const CallOutcome outcome = CallRaw(server.ConnectAs("CN=eve"), PathOf(kind), RequestsOf(kind));

  CHECK(outcome.status.ok());
  CHECK(outcome.replies == RepliesOf(kind));
  const auto records = server.Records();
  REQUIRE(records.size() == 1);
  CHECK(records[0]["event"]["reason"] == "would_deny");
  CHECK(records[0]["certgate"]["mode"] == "observe");
}

TEST_CASE("many callers at once each get the answer that is theirs") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});
  constexpr int kThreads = 8;
  constexpr int kCallsEach = 40;
  std::vector<int> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const bool listed = i % 2 == 0;
      const auto channel = server.ConnectAs(listed ? "CN=ada" : "CN=eve");
      for (int call = 0; call < kCallsEach; ++call) {
        const Kind& kind = kKinds[static_cast<std::size_t>(call) % kKinds.size()];
        const CallOutcome outcome = CallRaw(channel, PathOf(kind), RequestsOf(kind));
        const auto expected = listed ? grpc::StatusCode::OK : grpc::StatusCode::PERMISSION_DENIED;
        if (outcome.status.error_code() != expected) ++wrong[static_cast<std::size_t>(i)];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(wrong == std::vector<int>(kThreads, 0));
  CHECK(server.Records().size() == kThreads * kCallsEach);
  for (const std::string& caller : server.handlers().callers()) CHECK(caller == "ada");
}

}  // namespace certgate::testing
