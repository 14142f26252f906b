#include "tests/support/counting_greeter.h"

#include <certgate/caller.h>
#include <grpcpp/server_context.h>

#include <stdexcept>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::testing {

using grpc::Status;
using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

void HandlerLog::Note(const grpc::ServerContextBase* context) {
  const auto caller = CallerOf(context);
  const std::lock_guard lock(mutex_);
  callers_.push_back(caller == nullptr ? "(nobody)" : caller->common_name.value_or("(no name)"));
}

std::size_t HandlerLog::calls() const {
  const std::lock_guard lock(mutex_);
  return callers_.size();
}

std::vector<std::string> HandlerLog::callers() const {
  const std::lock_guard lock(mutex_);
  return callers_;
}

namespace {

HelloReply ReplyTo(const std::string& name) {
  if (name == "throw") throw std::runtime_error("a handler that throws");
  HelloReply reply;
  reply.set_message("Hello " + name);
  return reply;
}

class SyncGreeter final : public Greeter::Service {
 public:
  explicit SyncGreeter(HandlerLog& log) : log_(log) {}

  Status SayHello(grpc::ServerContext* context, const HelloRequest* request,
                  HelloReply* reply) override {
    log_.Note(context);
    *reply = ReplyTo(request->name());
    return Status::OK;
  }
  Status SayHelloStreamReply(grpc::ServerContext* context, const HelloRequest* request,
                             grpc::ServerWriter<HelloReply>* writer) override {
    log_.Note(context);
    writer->Write(ReplyTo(request->name()));
    return Status::OK;
  }
  Status SayHelloCollect(grpc::ServerContext* context, grpc::ServerReader<HelloRequest>* reader,
                         HelloReply* reply) override {
    log_.Note(context);
    HelloRequest request;
    std::string names;
    while (reader->Read(&request)) names += request.name();
    *reply = ReplyTo(names);
    return Status::OK;
  }
  Status SayHelloBidiStream(grpc::ServerContext* context,
                            grpc::ServerReaderWriter<HelloReply, HelloRequest>* stream) override {
    log_.Note(context);
    HelloRequest request;
    while (stream->Read(&request)) stream->Write(ReplyTo(request.name()));
    return Status::OK;
  }

 private:
  HandlerLog& log_;
};

class OneReply final : public grpc::ServerWriteReactor<HelloReply> {
 public:
  explicit OneReply(const std::string& name) : reply_(ReplyTo(name)) {
    StartWriteAndFinish(&reply_, grpc::WriteOptions(), Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  const HelloReply reply_;
};

class Collecting final : public grpc::ServerReadReactor<HelloRequest> {
 public:
  explicit Collecting(HelloReply* reply) : reply_(reply) { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) {
      *reply_ = ReplyTo(names_);
      Finish(Status::OK);
      return;
    }
    names_ += request_.name();
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  HelloReply* const reply_;
  HelloRequest request_;
  std::string names_;
};

class Chatting final : public grpc::ServerBidiReactor<HelloRequest, HelloReply> {
 public:
  Chatting(HandlerLog& log, grpc::CallbackServerContext* context) : log_(log), context_(context) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      Finish(Status::OK);
      return;
    }
    // On another thread than the call began on: the caller is known all the same.
    log_.Note(context_);
    reply_ = ReplyTo(request_.name());
    StartWrite(&reply_);
  }
  void OnWriteDone(bool) override { StartRead(&request_); }
  void OnDone() override { delete this; }

 private:
  HandlerLog& log_;
  grpc::CallbackServerContext* const context_;
  HelloRequest request_;
  HelloReply reply_;
};

class CallbackGreeter final : public Greeter::CallbackService {
 public:
  explicit CallbackGreeter(HandlerLog& log) : log_(log) {}

  grpc::ServerUnaryReactor* SayHello(grpc::CallbackServerContext* context,
                                     const HelloRequest* request, HelloReply* reply) override {
    log_.Note(context);
    *reply = ReplyTo(request->name());
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(Status::OK);
    return reactor;
  }
  grpc::ServerWriteReactor<HelloReply>* SayHelloStreamReply(grpc::CallbackServerContext* context,
                                                            const HelloRequest* request) override {
    log_.Note(context);
    return new OneReply(request->name());
  }
  grpc::ServerReadReactor<HelloRequest>* SayHelloCollect(grpc::CallbackServerContext* context,
                                                         HelloReply* reply) override {
    log_.Note(context);
    return new Collecting(reply);
  }
  grpc::ServerBidiReactor<HelloRequest, HelloReply>* SayHelloBidiStream(
      grpc::CallbackServerContext* context) override {
    return new Chatting(log_, context);
  }

 private:
  HandlerLog& log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSyncGreeter(HandlerLog& log) {
  return std::make_unique<SyncGreeter>(log);
}

std::unique_ptr<grpc::Service> MakeCallbackGreeter(HandlerLog& log) {
  return std::make_unique<CallbackGreeter>(log);
}

}  // namespace certgate::testing
