#include "src/server/greeter_sync.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "src/server/greeting.h"

namespace certgate {

using helloworld::HelloReply;
using helloworld::HelloRequest;

namespace {

// The sync API does not call back when a call is cancelled; it has to be asked.
constexpr std::chrono::milliseconds kLongestSleep{20};

// False as soon as the call is cancelled.
bool Pause(const grpc::ServerContext& context, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (auto now = end - time; now < end; now = std::chrono::steady_clock::now()) {
    if (context.IsCancelled()) return false;
    std::this_thread::sleep_until(std::min(end, now + kLongestSleep));
  }
  return !context.IsCancelled();
}

}  // namespace

grpc::Status GreeterSync::SayHello(grpc::ServerContext* /*context*/, const HelloRequest* request,
                                   HelloReply* reply) {
  reply->set_message(Greeting(request->name()));
  return grpc::Status::OK;
}

grpc::Status GreeterSync::SayHelloStreamReply(grpc::ServerContext* context,
                                              const HelloRequest* request,
                                              grpc::ServerWriter<HelloReply>* writer) {
  HelloReply reply;
  reply.set_message(Greeting(request->name()));
  Repetition repetition;
  const grpc::Status status = ReadRepetition(*request, repetition);
  if (!status.ok()) return status;
  for (int i = 0; i < repetition.replies; ++i) {
    if (i > 0 && !Pause(*context, repetition.interval)) return grpc::Status::CANCELLED;
    if (!writer->Write(reply)) return grpc::Status::CANCELLED;
  }
  return grpc::Status::OK;
}

grpc::Status GreeterSync::SayHelloCollect(grpc::ServerContext* /*context*/,
                                          grpc::ServerReader<HelloRequest>* reader,
                                          HelloReply* reply) {
  CollectedNames names;
  HelloRequest request;
  while (reader->Read(&request)) {
    const grpc::Status status = names.Add(request.name());
    if (!status.ok()) return status;
  }
  reply->set_message(names.Greeting());
  return grpc::Status::OK;
}

grpc::Status GreeterSync::SayHelloBidiStream(
    grpc::ServerContext* /*context*/, grpc::ServerReaderWriter<HelloReply, HelloRequest>* stream) {
  HelloRequest request;
  HelloReply reply;
  while (stream->Read(&request)) {
    reply.set_message(Greeting(request.name()));
    if (!stream->Write(reply)) return grpc::Status::CANCELLED;
  }
  return grpc::Status::OK;
}

}  // namespace certgate
