#ifndef CERTGATE_SRC_SERVER_GREETER_SYNC_H_
#define CERTGATE_SRC_SERVER_GREETER_SYNC_H_

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate {

/// The Greeter in gRPC's sync API: a thread for each running call. Nothing in it knows of
/// certificates or policies.
class GreeterSync final : public helloworld::Greeter::Service {
 public:
  grpc::Status SayHello(grpc::ServerContext* context, const helloworld::HelloRequest* request,
                        helloworld::HelloReply* reply) override;
  grpc::Status SayHelloStreamReply(grpc::ServerContext* context,
                                   const helloworld::HelloRequest* request,
                                   grpc::ServerWriter<helloworld::HelloReply>* writer) override;
  grpc::Status SayHelloCollect(grpc::ServerContext* context,
                               grpc::ServerReader<helloworld::HelloRequest>* reader,
                               helloworld::HelloReply* reply) override;
  grpc::Status SayHelloBidiStream(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<helloworld::HelloReply, helloworld::HelloRequest>* stream) override;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_GREETER_SYNC_H_
