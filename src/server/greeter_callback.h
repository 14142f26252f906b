#ifndef CERTGATE_SRC_SERVER_GREETER_CALLBACK_H_
#define CERTGATE_SRC_SERVER_GREETER_CALLBACK_H_

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate {

/// The Greeter in gRPC's callback API: no thread waits for a call. Nothing in it knows of
/// certificates or policies.
class GreeterCallback final : public helloworld::Greeter::CallbackService {
 public:
  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* context,
                                     const helloworld::HelloRequest* request,
                                     helloworld::HelloReply* reply) override;
  grpc::ServerWriteReactor<helloworld::HelloReply>* SayHelloStreamReply(
      grpc::CallbackServerContext* context, const helloworld::HelloRequest* request) override;
  grpc::ServerReadReactor<helloworld::HelloRequest>* SayHelloCollect(
      grpc::CallbackServerContext* context, helloworld::HelloReply* reply) override;
  grpc::ServerBidiReactor<helloworld::HelloRequest, helloworld::HelloReply>* SayHelloBidiStream(
      grpc::CallbackServerContext* context) override;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_GREETER_CALLBACK_H_
