// What goes wrong on the way to a decision, or in a handler, opens nothing and stops nothing.

#include <atomic>
#include <stdexcept>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"

namespace certgate::testing {
namespace {

constexpr char kSayHello[] = "/helloworld.Greeter/SayHello";

grpc::StatusCode SayHello(const std::shared_ptr<grpc::Channel>& channel,
                          const std::string& name = "Ada") {
  return CallRaw(channel, kSayHello, {HelloRequestBytes(name)}).status.error_code();
}

}  // namespace

TEST_CASE("a call whose record cannot be written is refused until it can be") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});
  const auto channel = server.ConnectAs("CN=ada");
  const auto unlisted = server.ConnectAs("CN=eve");

  server.recording().set_fault([] { return absl::UnavailableError("disk full"); });
  CHECK(SayHello(channel) == grpc::StatusCode::UNAVAILABLE);
  CHECK(SayHello(unlisted) == grpc::StatusCode::UNAVAILABLE);
  CHECK(CallRaw(channel, "/acme.Unknown/Method", {}).status.error_code() ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(server.handlers().calls() == 0);

  server.recording().set_fault(nullptr);
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
  CHECK(SayHello(unlisted) == grpc::StatusCode::PERMISSION_DENIED);
  CHECK(server.handlers().calls() == 1);
}

TEST_CASE("a sink that throws refuses the call and the server lives") {
  GuardedServer server({.policy = AllowGreeterPolicy("ada")});
  const auto channel = server.ConnectAs("CN=ada");
  server.recording().set_fault([]() -> absl::Status { throw std::runtime_error("boom"); });
  CHECK(SayHello(channel) == grpc::StatusCode::UNAVAILABLE);
  CHECK(server.handlers().calls() == 0);
  server.recording().set_fault(nullptr);
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
}

TEST_CASE("a clock that throws refuses every ring with INTERNAL and a record") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  std::atomic<bool> broken{false};
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api, .clock = [&broken] {
                          if (broken) throw std::runtime_error("no clock");
                          return absl::Now();
                        }});
  const auto channel = server.ConnectAs("CN=ada");
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
  // A call that runs without a clock is ended, with a record. Its client may know of the end of
  // this one before the server does.
  for (int tries = 0; server.calls().running > 0 && tries < 1000; ++tries) {
    absl::SleepFor(absl::Milliseconds(10));
  }

  broken = true;
  for (const char* path : {kSayHello, "/helloworld.Greeter/SayHelloBidiStream", "/acme.No/Such"}) {
    CAPTURE(path);
    const CallOutcome outcome = CallRaw(channel, path, {HelloRequestBytes("Ada")});
    CHECK(outcome.status.error_code() == grpc::StatusCode::INTERNAL);
    const auto record = server.Records().back();
    CHECK(record["event"]["reason"] == "internal_error");
    CHECK(record["event"]["outcome"] == "failure");
  }
  CHECK(server.handlers().calls() == 1);
  CHECK(server.Records().size() == 4);

  broken = false;
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
}

TEST_CASE("a handler that throws fails its own call only") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  GuardedServer server({.policy = AllowGreeterPolicy("ada"), .api = api});
  const auto channel = server.ConnectAs("CN=ada");
  CHECK(SayHello(channel, "throw") != grpc::StatusCode::OK);
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
  CHECK(server.Records().size() == 2);
}

TEST_CASE("a certificate that expires while its connection is open loses its right at once") {
  std::atomic<int> hours{0};
  GuardedServer server({.policy = AllowGreeterPolicy("ada"),
                        .clock = [&hours] { return absl::Now() + absl::Hours(hours.load()); }});
  const auto channel = server.ConnectAs("CN=ada");  // good for 24 hours
  CHECK(SayHello(channel) == grpc::StatusCode::OK);
  hours = 25;
  CHECK(SayHello(channel) == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(server.Records().back()["event"]["reason"] == "certificate_expired");
  hours = -2;
  CHECK(SayHello(channel) == grpc::StatusCode::UNAUTHENTICATED);
  CHECK(server.Records().back()["event"]["reason"] == "certificate_not_yet_valid");
  CHECK(server.handlers().calls() == 1);
}

TEST_CASE("a client that shows no certificate or one of a foreign authority is not let in") {
  GuardedServer server({.policy = AllowGreeterPolicy("ada")});
  CHECK(SayHello(server.Connect({})) == grpc::StatusCode::UNAVAILABLE);
  const CertificateAuthority foreign("certgate test CA");
  CHECK(SayHello(server.Connect(foreign.Issue("CN=ada"))) == grpc::StatusCode::UNAVAILABLE);
  CertificateRequest expired;
  expired.subject = {{"CN", "ada"}};
  expired.not_before = absl::Now() - absl::Hours(48);
  expired.not_after = absl::Now() - absl::Hours(24);
  CHECK(SayHello(server.Connect(server.authority().Issue(expired))) ==
        grpc::StatusCode::UNAVAILABLE);
  CHECK(server.handlers().calls() == 0);
}

}  // namespace certgate::testing
