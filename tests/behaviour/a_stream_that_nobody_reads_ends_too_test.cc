// A caller that takes no more of a stream stops the server's writes, but not the end of its right.

#include <memory>
#include <string>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/behaviour/losing_scene.h"
#include "tests/support/catch2.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {

TEST_CASE("a stream that nobody reads ends with the right to it") {
  const Api api = GENERATE(Api::kSync, Api::kCallback);
  const Loss loss = GENERATE(kLosses[0], kLosses[2]);
  CAPTURE(loss.name, api == Api::kSync);
  LosingScene scene(loss, api);
  HandlerLog& handlers = scene.server().handlers();
  const auto stub = helloworld::Greeter::NewStub(scene.server().Connect(scene.loser()));
  grpc::ClientContext context;
  helloworld::HelloRequest request;
  request.set_name(kFlood);
  const auto stream = stub->SayHelloStreamReply(&context, request);
  helloworld::HelloReply reply;
  REQUIRE(stream->Read(&reply));
  REQUIRE(WaitUntil([&] { return handlers.waiting("loser") == 1; }));

  scene.Lose();
  CHECK(WaitUntil([&] { return handlers.cancelled("loser") == 1; }));

  while (stream->Read(&reply)) continue;
  const grpc::Status status = stream->Finish();
  CHECK(status.error_code() == loss.code);
  // The call ends first, and then its record is written.
  std::vector<nlohmann::json> revoked;
  WaitUntil([&] {
    for (const nlohmann::json& record : scene.server().Records()) {
      if (record["event"]["action"] == "revoke-call") revoked.push_back(record);
    }
    return !revoked.empty();
  });
  REQUIRE(revoked.size() == 1);
  CHECK(revoked[0]["event"]["reason"] == std::string(loss.reason));
  CHECK(status.error_message() ==
        "certgate refused this call, audit record " + revoked[0]["event"]["id"].get<std::string>());
}

}  // namespace certgate::testing
