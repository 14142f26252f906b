#ifndef CERTGATE_TESTS_UNIT_AUDIT_FAKE_PLACE_H_
#define CERTGATE_TESTS_UNIT_AUDIT_FAKE_PLACE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <certgate/audit_sink.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "src/audit/chain.h"

namespace certgate::testing {

/// A place that does as it is told, and remembers. Outlives its sink. What it shall do is set
/// before the sink is used, or from within it; what it has is read from any thread.
class FakePlace {
 public:
  explicit FakePlace(std::string name = "place") : opening{.place = name}, name_(name) {}

  // What it does.
  AuditSink::Opening opening;
  bool takes_back = true;
  /// Before lines are taken; null for nothing. Is given their number. May throw, or wait.
  std::function<absl::Status(std::size_t lines)> before_write;
  /// How many lines of a write that fails stay all the same.
  std::size_t kept_of_failed = 0;
  std::function<absl::Status()> before_sync;
  /// What is due until `Next` succeeds.
  AuditSink::Turn due = AuditSink::Turn::kNone;
  /// What `Next` returns; null for an opening of the same name.
  std::function<absl::StatusOr<AuditSink::Opening>(AuditSink::Turn)> next;

  /// The lines that stand in it, of all its parts; those of the part that was closed last.
  std::vector<std::string> Lines() const;
  std::vector<nlohmann::json> Records() const;
  /// `event.action` of each record.
  std::vector<std::string> Actions() const;
  /// Of the records that are none of the trail's own, `event.id`.
  std::vector<std::string> Ids() const;

  std::size_t writes() const { return Read(writes_); }
  std::size_t syncs() const { return Read(syncs_); }
  /// How many lines the last sync covered.
  std::size_t synced() const { return Read(synced_); }
  std::size_t asked_to_reopen() const { return Read(asked_to_reopen_); }

  std::unique_ptr<AuditSink> Sink();

 private:
  friend class FakeSink;

  std::size_t Read(const std::size_t& count) const {
    const std::lock_guard lock(mutex_);
    return count;
  }

  const std::string name_;
  mutable std::mutex mutex_;
  // All guarded by mutex_.
  std::vector<std::string> lines_;
  std::size_t writes_ = 0;
  std::size_t last_write_ = 0;
  std::size_t syncs_ = 0;
  std::size_t synced_ = 0;
  std::size_t asked_to_reopen_ = 0;
};

/// What is wrong with the lines of a trail that begins behind `start`: a line that is not one, a
/// chain that does not fit, a number that is missing. Empty if nothing is.
std::string WrongWith(const std::vector<std::string>& lines, ChainHead start = {});

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_FAKE_PLACE_H_
