#include "src/server/greeter_sync.h"

#include "src/server/greeting.h"

namespace certgate {

using helloworld::HelloReply;
using helloworld::HelloRequest;

grpc::Status GreeterSync::SayHello(grpc::ServerContext* /*context*/, const HelloRequest* request,
                                   HelloReply* reply) {
  reply->set_message(Greeting(request->name()));
  return grpc::Status::OK;
}

grpc::Status GreeterSync::SayHelloStreamReply(grpc::ServerContext* /*context*/,
                                              const HelloRequest* request,
                                              grpc::ServerWriter<HelloReply>* writer) {
  HelloReply reply;
  reply.set_message(Greeting(request->name()));
  for (int i = 0; i < kStreamReplies; ++i) {
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
