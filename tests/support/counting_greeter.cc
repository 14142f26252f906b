#include "tests/support/counting_greeter.h"

#include <certgate/caller.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::testing {

using grpc::Status;
using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

namespace {

std::string NameOfCaller(const grpc::ServerContextBase* context) {
  const auto caller = CallerOf(context);
  return caller == nullptr ? "(nobody)" : caller->common_name.value_or("(no name)");
}

}  // namespace

void HandlerLog::Note(const grpc::ServerContextBase* context) {
  std::string name = NameOfCaller(context);
  const std::lock_guard lock(mutex_);
  callers_.push_back(std::move(name));
}

void HandlerLog::NoteWaiting(const grpc::ServerContextBase* context) {
  std::string name = NameOfCaller(context);
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(name));
}

void HandlerLog::NoteCancelled(const grpc::ServerContextBase* context) {
  std::string name = NameOfCaller(context);
  const std::lock_guard lock(mutex_);
  cancelled_.push_back(std::move(name));
}

std::size_t HandlerLog::calls() const {
  const std::lock_guard lock(mutex_);
  return callers_.size();
}

std::vector<std::string> HandlerLog::callers() const {
  const std::lock_guard lock(mutex_);
  return callers_;
}

std::size_t HandlerLog::waiting(const std::string& caller) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count(waiting_.begin(), waiting_.end(), caller));
}

std::size_t HandlerLog::cancelled(const std::string& caller) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count(cancelled_.begin(), cancelled_.end(), caller));
}

namespace {

HelloReply ReplyTo(const std::string& name) {
  if (name == "throw") throw std::runtime_error("a handler that throws");
  HelloReply reply;
  reply.set_message("Hello " + name);
  return reply;
}

// gRPC tells a sync handler of the end of its call only when it is asked, and possibly after a read
// or write has failed of it.
void AwaitCancellation(HandlerLog& log, grpc::ServerContext* context) {
  while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  log.NoteCancelled(context);
}

void WaitUntilCancelled(HandlerLog& log, grpc::ServerContext* context) {
  log.NoteWaiting(context);
  AwaitCancellation(log, context);
}

// Several of them fill a connection's window.
std::string FloodText() { return std::string(std::size_t{64} * 1024, 'x'); }

void FloodUntilCancelled(HandlerLog& log, grpc::ServerContext* context,
                         grpc::ServerWriter<HelloReply>* writer) {
  log.NoteWaiting(context);
  const HelloReply reply = ReplyTo(FloodText());
  while (writer->Write(reply)) continue;
  AwaitCancellation(log, context);
}

class SyncGreeter final : public Greeter::Service {
 public:
  explicit SyncGreeter(HandlerLog& log) : log_(log) {}

  Status SayHello(grpc::ServerContext* context, const HelloRequest* request,
                  HelloReply* reply) override {
    log_.Note(context);
    if (request->name() == kWait) WaitUntilCancelled(log_, context);
    *reply = ReplyTo(request->name());
    return Status::OK;
  }
  Status SayHelloStreamReply(grpc::ServerContext* context, const HelloRequest* request,
                             grpc::ServerWriter<HelloReply>* writer) override {
    log_.Note(context);
    writer->Write(ReplyTo(request->name()));
    if (request->name() == kWait) WaitUntilCancelled(log_, context);
    if (request->name() == kFlood) FloodUntilCancelled(log_, context, writer);
    return Status::OK;
  }
  Status SayHelloCollect(grpc::ServerContext* context, grpc::ServerReader<HelloRequest>* reader,
                         HelloReply* reply) override {
    log_.Note(context);
    HelloRequest request;
    std::string names;
    bool waits = false;
    while (reader->Read(&request)) {
      names += request.name();
      if (request.name() == kWait) waits = NoteWaiting(context);
    }
    if (waits) AwaitCancellation(log_, context);
    *reply = ReplyTo(names);
    return Status::OK;
  }
  Status SayHelloBidiStream(grpc::ServerContext* context,
                            grpc::ServerReaderWriter<HelloReply, HelloRequest>* stream) override {
    log_.Note(context);
    HelloRequest request;
    bool waits = false;
    while (stream->Read(&request)) {
      if (request.name() == kWait) waits = NoteWaiting(context);
      stream->Write(ReplyTo(request.name()));
    }
    if (waits) AwaitCancellation(log_, context);
    return Status::OK;
  }

 private:
  bool NoteWaiting(const grpc::ServerContext* context) {
    log_.NoteWaiting(context);
    return true;
  }

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

class WaitingUnary final : public grpc::ServerUnaryReactor {
 public:
  WaitingUnary(HandlerLog& log, grpc::CallbackServerContext* context)
      : log_(log), context_(context) {
    log_.NoteWaiting(context_);
  }
  void OnCancel() override {
    log_.NoteCancelled(context_);
    Finish(Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  HandlerLog& log_;
  grpc::CallbackServerContext* const context_;
};

class WaitingReplies final : public grpc::ServerWriteReactor<HelloReply> {
 public:
  WaitingReplies(HandlerLog& log, grpc::CallbackServerContext* context)
      : log_(log), context_(context), reply_(ReplyTo(kWait)) {
    StartWrite(&reply_);
    log_.NoteWaiting(context_);
  }
  void OnCancel() override {
    log_.NoteCancelled(context_);
    Finish(Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  HandlerLog& log_;
  grpc::CallbackServerContext* const context_;
  const HelloReply reply_;
};

class FloodingReplies final : public grpc::ServerWriteReactor<HelloReply> {
 public:
  FloodingReplies(HandlerLog& log, grpc::CallbackServerContext* context)
      : log_(log), context_(context), reply_(ReplyTo(FloodText())) {
    log_.NoteWaiting(context_);
    StartWrite(&reply_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      StartWrite(&reply_);
    } else {
      Finish(Status::CANCELLED);
    }
  }
  void OnCancel() override { log_.NoteCancelled(context_); }
  void OnDone() override { delete this; }

 private:
  HandlerLog& log_;
  grpc::CallbackServerContext* const context_;
  const HelloReply reply_;
};

class Collecting final : public grpc::ServerReadReactor<HelloRequest> {
 public:
  Collecting(HandlerLog& log, grpc::CallbackServerContext* context, HelloReply* reply)
      : log_(log), context_(context), reply_(reply) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      *reply_ = ReplyTo(names_);
      Finish(Status::OK);
      return;
    }
    names_ += request_.name();
    if (request_.name() == kWait) log_.NoteWaiting(context_);
    StartRead(&request_);
  }
  void OnCancel() override { log_.NoteCancelled(context_); }
  void OnDone() override { delete this; }

 private:
  HandlerLog& log_;
  grpc::CallbackServerContext* const context_;
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
    if (request_.name() == kWait) log_.NoteWaiting(context_);
    reply_ = ReplyTo(request_.name());
    StartWrite(&reply_);
  }
  void OnWriteDone(bool) override { StartRead(&request_); }
  void OnCancel() override { log_.NoteCancelled(context_); }
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
    if (request->name() == kWait) return new WaitingUnary(log_, context);
    *reply = ReplyTo(request->name());
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(Status::OK);
    return reactor;
  }
  grpc::ServerWriteReactor<HelloReply>* SayHelloStreamReply(grpc::CallbackServerContext* context,
                                                            const HelloRequest* request) override {
    log_.Note(context);
    if (request->name() == kWait) return new WaitingReplies(log_, context);
    if (request->name() == kFlood) return new FloodingReplies(log_, context);
    return new OneReply(request->name());
  }
  grpc::ServerReadReactor<HelloRequest>* SayHelloCollect(grpc::CallbackServerContext* context,
                                                         HelloReply* reply) override {
    log_.Note(context);
    return new Collecting(log_, context, reply);
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
