#include "src/trail/block_workers.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>

namespace certgate {
namespace {

class Crew {
 public:
  explicit Crew(BlockReader& reader) : reader_(reader) {}

  // The life of one worker's thread.
  void Run(BlockWorker& worker) {
    try {
      LineBlock block;
      while (const std::uint64_t number = Take(block)) {
        worker.Work(block);
        if (!Deliver(worker, number)) return;
      }
    } catch (...) {
      Stop(std::current_exception());
    }
  }

  absl::Status Result() const {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
    return status_;
  }

 private:
  // The number of the block, from 1; 0 if there is none.
  std::uint64_t Take(LineBlock& block) {
    const std::lock_guard<std::mutex> lock(reading_);
    if (is_at_end_) return 0;
    const auto got = reader_.Next(block);
    if (!got.ok()) status_ = got.status();
    is_at_end_ = !got.value_or(false);
    return is_at_end_ ? 0 : ++taken_;
  }

  bool Deliver(BlockWorker& worker, std::uint64_t number) {
    std::unique_lock<std::mutex> lock(delivering_);
    turn_.wait(lock, [&] { return has_stopped_ || delivered_ + 1 == number; });
    if (has_stopped_) return false;
    worker.Deliver();
    delivered_ = number;
    turn_.notify_all();
    return true;
  }

  void Stop(std::exception_ptr thrown) {
    {
      const std::lock_guard<std::mutex> lock(reading_);
      is_at_end_ = true;
    }
    const std::lock_guard<std::mutex> lock(delivering_);
    if (thrown_ == nullptr) thrown_ = std::move(thrown);
    has_stopped_ = true;
    turn_.notify_all();
  }

  BlockReader& reader_;
  std::mutex reading_;
  bool is_at_end_ = false;
  std::uint64_t taken_ = 0;
  absl::Status status_;

  std::mutex delivering_;
  std::condition_variable turn_;
  std::uint64_t delivered_ = 0;
  bool has_stopped_ = false;
  std::exception_ptr thrown_;
};

}  // namespace

absl::Status WorkOnBlocks(BlockReader& reader,
                          const std::vector<std::unique_ptr<BlockWorker>>& workers) {
  Crew crew(reader);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) {
      threads.emplace_back([&crew, &worker = *workers[i]] { crew.Run(worker); });
    }
    crew.Run(*workers.front());
  }
  return crew.Result();
}

unsigned UsualWorkers() { return std::clamp(std::thread::hardware_concurrency(), 2U, 8U); }

}  // namespace certgate
