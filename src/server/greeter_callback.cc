#include "src/server/greeter_callback.h"

#include <grpcpp/alarm.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "src/server/greeting.h"

namespace certgate {
namespace {

using helloworld::HelloReply;
using helloworld::HelloRequest;

// gRPC calls OnDone last, once for each reactor, and each deletes itself there.

class RepeatedReply final : public grpc::ServerWriteReactor<HelloReply> {
 public:
  explicit RepeatedReply(const HelloRequest& request) {
    reply_.set_message(Greeting(request.name()));
    const grpc::Status status = ReadRepetition(request, repetition_);
    if (status.ok()) {
      StartWrite(&reply_);
    } else {
      Finish(status);
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
    } else if (++written_ == repetition_.replies) {
      Finish(grpc::Status::OK);
    } else if (repetition_.interval.count() == 0) {
      StartWrite(&reply_);
    } else if (!Pause()) {
      Finish(grpc::Status::CANCELLED);
    }
  }

  // What is being written ends by itself; a pause must be ended.
  void OnCancel() override {
    const std::lock_guard lock(mutex_);
    is_cancelled_ = true;
    if (pause_ != nullptr) pause_->Cancel();
  }

  void OnDone() override { delete this; }

 private:
  // False if the call is cancelled. No thread waits; a new alarm each time, as the last one may
  // still be on its way out of `OnPauseDone`.
  bool Pause() {
    const std::lock_guard lock(mutex_);
    if (is_cancelled_) return false;
    pause_ = std::make_unique<grpc::Alarm>();
    pause_->Set(std::chrono::system_clock::now() + repetition_.interval,
                [this](bool over) { OnPauseDone(over); });
    return true;
  }

  void OnPauseDone(bool over) {
    if (over) {
      StartWrite(&reply_);
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }

  HelloReply reply_;
  Repetition repetition_;
  int written_ = 0;
  std::mutex mutex_;
  bool is_cancelled_ = false;           // guarded by mutex_
  std::unique_ptr<grpc::Alarm> pause_;  // guarded by mutex_
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
  return new RepeatedReply(*request);
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
