// The server's certificate and key are replaced while calls run: none of them fails, and new
// connections see the new certificate. A pair that does not fit together changes nothing.

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/catch2.h"
#include "tests/support/guarded_server.h"
#include "tests/support/long_call.h"
#include "tests/support/reloading_server.h"
#include "tests/support/tls_tunnel.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;
using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

constexpr int kRotations = 5;
constexpr int kCalls = 200;

// What the operational log says while this lives.
class LogCapture {
 public:
  LogCapture() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~LogCapture() { spdlog::set_default_logger(before_); }
  std::string text() const { return text_.str(); }

 private:
  const std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

// One stream that talks to and fro.
class Chat {
 public:
  explicit Chat(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(Greeter::NewStub(channel)), stream_(stub_->SayHelloBidiStream(&context_)) {}
  bool Exchange(const std::string& name) {
    HelloRequest request;
    request.set_name(name);
    HelloReply reply;
    return stream_->Write(request) && stream_->Read(&reply) && reply.message() == "Hello " + name;
  }
  grpc::Status Finish() {
    stream_->WritesDone();
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  const std::unique_ptr<Greeter::Stub> stub_;
  const std::unique_ptr<grpc::ClientReaderWriter<HelloRequest, HelloReply>> stream_;
};

// Calls in a loop on one connection, until there were enough of them and it is told to stop.
class CallLoop {
 public:
  explicit CallLoop(std::shared_ptr<grpc::Channel> channel)
      : thread_([this, channel = std::move(channel)] {
          while (calls_ < kCalls || !stops_) {
            if (!SayHello(channel).ok()) ++failed_;
            ++calls_;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
        }) {}
  int CountFailed() {
    stops_ = true;
    thread_.join();
    return failed_;
  }

 private:
  std::atomic<int> calls_{0};
  std::atomic<int> failed_{0};
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

class RotatingScene {
 public:
  RotatingScene()
      : server_({.policy = AllowGreeterPolicy("ada") + "...\n"}),
        ada_(server_.authority().Issue("CN=ada")),
        client_(ada_, server_.authority().certificate_pem(), TLS1_3_VERSION) {}

  ReloadingServer& server() { return server_; }
  std::shared_ptr<grpc::Channel> Connect() const { return server_.Connect(ada_); }
  /// Of the certificate that new connections see.
  std::string SerialNumber() { return client_.Connect(server_.port())->server_serial_number(); }

 private:
  ReloadingServer server_;
  const MintedCertificate ada_;
  ResumingClient client_;
};

}  // namespace

TEST_CASE("a new server certificate loses no call and is seen by new connections") {
  RotatingScene scene;
  ReloadingServer& server = scene.server();
  Chat chat(scene.Connect());
  REQUIRE(chat.Exchange("before"));
  CallLoop loop(scene.Connect());
  for (int i = 1; i <= kRotations; ++i) {
    const std::string serial_number = "0A0000000" + std::to_string(i);
    const MintedCertificate next = server.IssueServerCertificate(serial_number);
    server.Replace("server.crt", next.certificate_pem);
    server.Replace("server.key", next.private_key_pem);
    CHECK(WaitUntil([&] { return scene.SerialNumber() == serial_number; }));
    CHECK(chat.Exchange("after " + serial_number));
    CHECK(SayHello(scene.Connect()).ok());
  }
  CHECK(loop.CountFailed() == 0);
  CHECK(chat.Exchange("at last"));
  CHECK(chat.Finish().ok());
  CHECK(WaitUntil([&] { return server.status().loads == kRotations; }));
  CHECK(server.status().errors.empty());
}

TEST_CASE("a key that does not fit leaves the old certificate in force and is reported") {
  const LogCapture log;
  RotatingScene scene;
  ReloadingServer& server = scene.server();
  const std::string before = scene.SerialNumber();
  const auto channel = scene.Connect();
  REQUIRE(SayHello(channel).ok());
  const MintedCertificate next = server.IssueServerCertificate("0B0001");

  server.Replace("server.crt", next.certificate_pem);
  REQUIRE(WaitUntil([&] { return server.status().failures > 0; }));
  CHECK(scene.SerialNumber() == before);
  CHECK(SayHello(channel).ok());
  CHECK(SayHello(scene.Connect()).ok());

  REQUIRE(server.status().errors.size() == 1);
  CHECK_THAT(server.status().errors[0].message,
             ContainsSubstring("does not belong to the certificate"));
  CHECK(server.status().failing_since != absl::InfinitePast());
  std::vector<nlohmann::json> refused;
  for (const nlohmann::json& record : server.Records()) {
    if (record["event"]["reason"] == "refused") refused.push_back(record);
  }
  REQUIRE(refused.size() == 1);
  CHECK(refused[0]["event"]["action"] == "policy-load");
  CHECK_THAT(refused[0]["error"]["message"].get<std::string>(),
             ContainsSubstring("does not belong to the certificate"));
  CHECK_THAT(log.text(), ContainsSubstring("server certificate and key not loaded (file change)"));
  CHECK_THAT(log.text(), ContainsSubstring("does not belong to the certificate"));

  server.Replace("server.key", next.private_key_pem);
  CHECK(WaitUntil([&] { return scene.SerialNumber() == "0B0001"; }));
  CHECK(WaitUntil([&] { return server.status().errors.empty(); }));
  CHECK(SayHello(channel).ok());
}

}  // namespace certgate::testing
