#include "src/client/calls.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "certgate/v1/caller.grpc.pb.h"
#include "certgate/v1/status.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "helloworld/helloworld.grpc.pb.h"
#include "src/client/output.h"
#include "src/client/status_report.h"

namespace certgate {
namespace {

using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

// Gives one name after the other: the arguments of the command, else the lines of standard input.
class Names {
 public:
  explicit Names(const ClientOptions& options) : arguments_(options.arguments) {}

  std::optional<HelloRequest> Next() {
    std::string name;
    if (next_ < arguments_.size()) {
      name = arguments_[next_++];
    } else if (!arguments_.empty() || !std::getline(std::cin, name)) {
      return std::nullopt;
    }
    HelloRequest request;
    request.set_name(std::move(name));
    return request;
  }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
};

void SetDeadline(const ClientOptions& options, grpc::ClientContext& context) {
  if (options.timeout == 0) return;
  const std::chrono::duration<double> timeout(options.timeout);
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::duration_cast<std::chrono::system_clock::duration>(timeout));
}

grpc::Status Hello(const ClientOptions& options, Greeter::Stub& stub,
                   grpc::ClientContext& context) {
  HelloRequest request;
  request.set_name(options.name);
  HelloReply reply;
  const grpc::Status status = stub.SayHello(&context, request, &reply);
  if (status.ok()) PrintGreeting(reply, options.format);
  return status;
}

CallOutcome Stream(const ClientOptions& options, Greeter::Stub& stub,
                   grpc::ClientContext& context) {
  HelloRequest request;
  request.set_name(options.name);
  request.set_replies(options.count);
  request.set_interval_ms(static_cast<int>(std::lround(options.interval * 1000)));
  const auto reader = stub.SayHelloStreamReply(&context, request);
  HelloReply reply;
  bool had_replies = false;
  while (reader->Read(&reply)) {
    PrintGreeting(reply, options.format);
    had_replies = true;
  }
  return {reader->Finish(), kExitOk, had_replies};
}

grpc::Status Collect(const ClientOptions& options, Greeter::Stub& stub,
                     grpc::ClientContext& context) {
  HelloReply reply;
  const auto writer = stub.SayHelloCollect(&context, &reply);
  Names names(options);
  while (const auto request = names.Next()) {
    if (!writer->Write(*request)) break;
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (status.ok()) PrintGreeting(reply, options.format);
  return status;
}

CallOutcome Chat(const ClientOptions& options, Greeter::Stub& stub, grpc::ClientContext& context) {
  const auto stream = stub.SayHelloBidiStream(&context);
  Names names(options);
  HelloReply reply;
  bool had_replies = false;
  while (const auto request = names.Next()) {
    if (!stream->Write(*request) || !stream->Read(&reply)) break;
    PrintGreeting(reply, options.format);
    had_replies = true;
  }
  stream->WritesDone();
  return {stream->Finish(), kExitOk, had_replies};
}

CallOutcome WhoAmI(const ClientOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                   grpc::ClientContext& context) {
  const auto stub = v1::CallerService::NewStub(channel);
  v1::WhoAmIResponse response;
  const grpc::Status status = stub->WhoAmI(&context, {}, &response);
  if (status.ok()) PrintCaller(response, options.format);
  return {status};
}

CallOutcome Health(const ClientOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                   grpc::ClientContext& context) {
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::health::v1::HealthCheckRequest request;
  if (!options.arguments.empty()) request.set_service(options.arguments.front());
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, request, &response);
  if (!status.ok()) return {status};
  PrintHealth(response, options.format);
  const bool serving = response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
  return {status, serving ? kExitOk : kExitNo};
}

CallOutcome Status(const ClientOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                   grpc::ClientContext& context) {
  const auto stub = v1::StatusService::NewStub(channel);
  v1::GetStatusResponse response;
  const grpc::Status status = stub->GetStatus(&context, {}, &response);
  if (!status.ok()) return {status};
  const absl::Duration margin = absl::Hours(options.ends_within.value_or(24));
  PrintStatus(response, margin, options.format);
  return {status, IsWell(response, margin) ? kExitOk : kExitNo};
}

}  // namespace

CallOutcome RunCommand(const ClientOptions& options,
                       const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  SetDeadline(options, context);
  if (options.command == "whoami") return WhoAmI(options, channel, context);
  if (options.command == "status") return Status(options, channel, context);
  if (options.command == "health") return Health(options, channel, context);

  const auto stub = Greeter::NewStub(channel);
  if (options.command == "stream") return Stream(options, *stub, context);
  if (options.command == "collect") return {Collect(options, *stub, context)};
  if (options.command == "chat") return Chat(options, *stub, context);
  return {Hello(options, *stub, context)};
}

}  // namespace certgate
