#include "src/server/greeter_callback.h"

#include <string>

#include "src/server/greeting.h"

namespace certgate {
namespace {

using helloworld::HelloReply;
using helloworld::HelloRequest;

// gRPC calls OnDone last, once for each reactor, and each deletes itself there.

class RepeatedReply final : public grpc::ServerWriteReactor<HelloReply> {
 public:
  explicit RepeatedReply(const std::string& name) {
    reply_.set_message(Greeting(name));
    StartWrite(&reply_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
    } else if (++written_ == kStreamReplies) {
      Finish(grpc::Status::OK);
    } else {
      StartWrite(&reply_);
    }
  }

  void OnDone() override { delete this; }

 private:
  HelloReply reply_;
  int written_ = 0;
};

class Collection final : public grpc::ServerReadReactor<HelloRequest> {
 public:
  explicit Collection(HelloReply* reply) : reply_(reply) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      reply_->set_message(names_.Greeting());
      Finish(grpc::Status::OK);
      return;
    }
    const grpc::Status status = names_.Add(request_.name());
    if (status.ok()) {
      StartRead(&request_);
    } else {
      Finish(status);
    }
  }

  void OnDone() override { delete this; }

 private:
  HelloReply* const reply_;
  HelloRequest request_;
  CollectedNames names_;
};

class Conversation final : public grpc::ServerBidiReactor<HelloRequest, HelloReply> {
 public:
  Conversation() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    reply_.set_message(Greeting(request_.name()));
    StartWrite(&reply_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&request_);
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  HelloRequest request_;
  HelloReply reply_;
};

}  // namespace

grpc::ServerUnaryReactor* GreeterCallback::SayHello(grpc::CallbackServerContext* context,
                                                    const HelloRequest* request,
                                                    HelloReply* reply) {
  reply->set_message(Greeting(request->name()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<HelloReply>* GreeterCallback::SayHelloStreamReply(
    grpc::CallbackServerContext* /*context*/, const HelloRequest* request) {
  return new RepeatedReply(request->name());
}

grpc::ServerReadReactor<HelloRequest>* GreeterCallback::SayHelloCollect(
    grpc::CallbackServerContext* /*context*/, HelloReply* reply) {
  return new Collection(reply);
}

grpc::ServerBidiReactor<HelloRequest, HelloReply>* GreeterCallback::SayHelloBidiStream(
    grpc::CallbackServerContext* /*context*/) {
  return new Conversation();
}

}  // namespace certgate
