#ifndef CERTGATE_SRC_AUDIT_WAITER_POOL_H_
#define CERTGATE_SRC_AUDIT_WAITER_POOL_H_

#include <absl/status/status.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

namespace certgate {

/// What threads wait on that want to know what became of a record. They are used again and again
/// and live as long as the pool: whoever wakes a thread may touch its waiter for a moment after the
/// thread has gone on. Thread-safe.
class WaiterPool {
 public:
  class Waiter {
   public:
    /// Returns what is told, and wakes those who are to be waked then. Once.
    absl::Status Wait();

   private:
    friend class WaiterPool;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::optional<absl::Status> known_;  // guarded by mutex_
    std::array<Waiter*, 2> wakes_ = {};  // guarded by mutex_
    std::unique_ptr<Waiter> next_;       // in the pool
  };

  /// Tells all of `waiters` the same, each once. Wakes the first of them alone, and each wakes two
  /// more: to wake many takes as long as a sync of the disk, which can go on meanwhile.
  static void Tell(std::span<Waiter* const> waiters, const absl::Status& status);

  /// A waiter for one thread, which goes back at the end of its life.
  class Loan {
   public:
    /// Throws std::bad_alloc.
    explicit Loan(WaiterPool& pool) : pool_(pool), waiter_(pool.Take()) {}
    ~Loan() { pool_.PutBack(std::move(waiter_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Waiter* operator->() const { return waiter_.get(); }
    Waiter& operator*() const { return *waiter_; }

   private:
    WaiterPool& pool_;
    std::unique_ptr<Waiter> waiter_;
  };

  WaiterPool() = default;
  ~WaiterPool();
  WaiterPool(const WaiterPool&) = delete;
  WaiterPool& operator=(const WaiterPool&) = delete;

 private:
  std::unique_ptr<Waiter> Take();
  void PutBack(std::unique_ptr<Waiter> waiter);

  std::mutex mutex_;
  std::unique_ptr<Waiter> first_;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_WAITER_POOL_H_
