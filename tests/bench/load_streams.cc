#include "tests/bench/load_streams.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <semaphore>

namespace certgate::bench {

using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

struct LoadStreams::Done {
  // One for each stream that has sent its share, or has ended.
  std::counting_semaphore<> shares{0};
  std::counting_semaphore<> ends{0};
};

class LoadStreams::Stream final : public grpc::ClientBidiReactor<HelloRequest, HelloReply> {
 public:
  Stream(Greeter::Stub& stub, Done& done) : done_(done) {
    request_.set_name("Ada");
    stub.async()->SayHelloBidiStream(&context_, this);
    // Between two shares nothing is sent or read.
    AddHold();
    StartCall();
  }

  void Begin(std::size_t messages) {
    left_ = messages;
    answered_ = 0;
    Next();
  }
  std::size_t answered() const { return answered_; }
  void End() {
    context_.TryCancel();
    RemoveHold();
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      ++answered_;
    } else {
      left_ = 0;
    }
    Settle();
  }
  void OnWriteDone(bool) override { Settle(); }
  void OnDone(const grpc::Status&) override { done_.ends.release(); }

 private:
  // The answer may be there before it is known that the message was sent.
  void Settle() {
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) Next();
  }
  void Next() {
    if (left_ == 0) return done_.shares.release();
    --left_;
    pending_.store(2, std::memory_order_release);
    StartRead(&reply_);
    StartWrite(&request_);
  }

  Done& done_;
  grpc::ClientContext context_;
  HelloRequest request_;
  HelloReply reply_;
  std::size_t left_ = 0;
  std::size_t answered_ = 0;
  std::atomic<int> pending_{0};
};

LoadStreams::LoadStreams(const std::vector<std::unique_ptr<Greeter::Stub>>& stubs, std::size_t each)
    : done_(std::make_unique<Done>()) {
  for (const auto& stub : stubs) {
    for (std::size_t i = 0; i < each; ++i) {
      streams_.push_back(std::make_unique<Stream>(*stub, *done_));
    }
  }
}

LoadStreams::~LoadStreams() {
  for (const auto& stream : streams_) stream->End();
  for (std::size_t i = 0; i < streams_.size(); ++i) done_->ends.acquire();
}

std::size_t LoadStreams::Send(std::size_t messages) {
  const std::size_t count = streams_.size();
  for (std::size_t i = 0; i < count; ++i) {
    streams_[i]->Begin(messages / count + (i < messages % count ? 1 : 0));
  }
  for (std::size_t i = 0; i < count; ++i) done_->shares.acquire();
  std::size_t answered = 0;
  for (const auto& stream : streams_) answered += stream->answered();
  return answered;
}

}  // namespace certgate::bench
