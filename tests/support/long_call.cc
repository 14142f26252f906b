#include "tests/support/long_call.h"

#include <absl/time/clock.h>
#include <grpc/grpc_security_constants.h>

#include <chrono>
#include <utility>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/counting_greeter.h"

namespace certgate::testing {
namespace {

using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

constexpr auto kPatience = std::chrono::seconds(10);

HelloRequest RequestOf(const std::string& name) {
  HelloRequest request;
  request.set_name(name);
  return request;
}

}  // namespace

std::string MethodOf(CallKind kind) {
  switch (kind) {
    case CallKind::kUnary:
      return "helloworld.Greeter/SayHello";
    case CallKind::kServerStream:
      return "helloworld.Greeter/SayHelloStreamReply";
    case CallKind::kClientStream:
      return "helloworld.Greeter/SayHelloCollect";
    case CallKind::kBidiStream:
      break;
  }
  return "helloworld.Greeter/SayHelloBidiStream";
}

LongCall::LongCall(std::shared_ptr<grpc::Channel> channel, CallKind kind, absl::Duration patience)
    : channel_(std::move(channel)), thread_([this, kind, patience] {
        if (patience != absl::InfiniteDuration()) {
          context_.set_deadline(absl::ToChronoTime(absl::Now() + patience));
        }
        Run(kind);
      }) {}

LongCall::~LongCall() {
  context_.TryCancel();
  thread_.join();
}

std::optional<LongCall::End> LongCall::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

std::optional<LongCall::End> LongCall::WaitForEnd() const {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, kPatience, [this] { return end_.has_value(); });
  return end_;
}

void LongCall::Run(CallKind kind) {
  grpc::Status status = Call(kind);
  const std::lock_guard lock(mutex_);
  end_ = End{std::move(status), absl::Now()};
  ended_.notify_all();
}

grpc::Status LongCall::Call(CallKind kind) {
  const auto stub = Greeter::NewStub(channel_);
  const HelloRequest request = RequestOf(kWait);
  HelloReply reply;
  switch (kind) {
    case CallKind::kUnary:
      return stub->SayHello(&context_, request, &reply);
    case CallKind::kServerStream: {
      const auto stream = stub->SayHelloStreamReply(&context_, request);
      while (stream->Read(&reply)) continue;
      return stream->Finish();
    }
    case CallKind::kClientStream: {
      const auto stream = stub->SayHelloCollect(&context_, &reply);
      stream->Write(request);
      return stream->Finish();
    }
    case CallKind::kBidiStream:
      break;
  }
  const auto stream = stub->SayHelloBidiStream(&context_);
  stream->Write(request);
  while (stream->Read(&reply)) continue;
  return stream->Finish();
}

grpc::Status SayHello(const std::shared_ptr<grpc::Channel>& channel, bool* is_resumed) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  HelloReply reply;
  grpc::Status status = Greeter::NewStub(channel)->SayHello(&context, RequestOf("Ada"), &reply);
  if (is_resumed != nullptr) {
    const auto reused =
        context.auth_context()->FindPropertyValues(GRPC_SSL_SESSION_REUSED_PROPERTY);
    *is_resumed = !reused.empty() && reused[0] == "true";
  }
  return status;
}

}  // namespace certgate::testing
