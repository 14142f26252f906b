#include "tests/support/many_streams.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::testing {

using helloworld::Greeter;
using helloworld::HelloReply;
using helloworld::HelloRequest;

/// What the streams report to.
class ManyStreams::Shared {
 public:
  void Expect() {
    const std::lock_guard lock(mutex_);
    ++waiting_;
  }
  void NoteAnswer() {
    const std::lock_guard lock(mutex_);
    ++answered_;
    if (--waiting_ == 0) changed_.notify_all();
  }
  void NoteEnd(grpc::StatusCode code, bool was_waiting) {
    const std::lock_guard lock(mutex_);
    ++ends_[code];
    ++ended_;
    if (was_waiting) --waiting_;
    changed_.notify_all();
  }
  std::size_t WaitForAnswers() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(1), [this] { return waiting_ == 0; });
    return std::exchange(answered_, 0);
  }
  void WaitForEnds(std::size_t streams) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, streams] { return ended_ == streams; });
  }
  std::map<grpc::StatusCode, std::size_t> ends() const {
    const std::lock_guard lock(mutex_);
    return ends_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All guarded by mutex_.
  std::size_t waiting_ = 0;
  std::size_t answered_ = 0;
  std::size_t ended_ = 0;
  std::map<grpc::StatusCode, std::size_t> ends_;
};

class ManyStreams::Stream final : public grpc::ClientBidiReactor<HelloRequest, HelloReply> {
 public:
  Stream(const std::shared_ptr<grpc::Channel>& channel, std::shared_ptr<Shared> shared)
      : stub_(Greeter::NewStub(channel)), shared_(std::move(shared)) {
    request_.set_name("stream");
    stub_->async()->SayHelloBidiStream(&context_, this);
    // It must not be over while somebody outside may still ask it to send.
    AddHold();
    // Always reading, it learns of its end.
    StartRead(&reply_);
    StartCall();
  }

  void Send() {
    const std::lock_guard lock(mutex_);
    if (is_released_) return;
    is_waiting_ = true;
    shared_->Expect();
    StartWrite(&request_);
  }
  void Cancel() {
    context_.TryCancel();
    Release();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Release();
    if (StopsWaiting()) shared_->NoteAnswer();
    StartRead(&reply_);
  }
  void OnDone(const grpc::Status& status) override {
    shared_->NoteEnd(status.error_code(), StopsWaiting());
  }

 private:
  bool StopsWaiting() {
    const std::lock_guard lock(mutex_);
    return std::exchange(is_waiting_, false);
  }
  void Release() {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_released_, true)) return;
    }
    RemoveHold();
  }

  const std::unique_ptr<Greeter::Stub> stub_;
  const std::shared_ptr<Shared> shared_;
  grpc::ClientContext context_;
  HelloRequest request_;
  HelloReply reply_;
  std::mutex mutex_;
  bool is_waiting_ = false;   // guarded by mutex_
  bool is_released_ = false;  // guarded by mutex_
};

ManyStreams::ManyStreams(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                         std::size_t count)
    : shared_(std::make_shared<Shared>()) {
  for (std::size_t i = 0; i < count; ++i) {
    streams_.push_back(std::make_unique<Stream>(channels[i % channels.size()], shared_));
  }
}

ManyStreams::~ManyStreams() {
  for (const auto& stream : streams_) stream->Cancel();
  shared_->WaitForEnds(streams_.size());
}

std::size_t ManyStreams::Exchange() {
  for (const auto& stream : streams_) stream->Send();
  return shared_->WaitForAnswers();
}

std::map<grpc::StatusCode, std::size_t> ManyStreams::ends() const { return shared_->ends(); }

}  // namespace certgate::testing
