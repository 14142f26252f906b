#ifndef CERTGATE_TESTS_UNIT_AUDIT_WRITTEN_TRAIL_H_
#define CERTGATE_TESTS_UNIT_AUDIT_WRITTEN_TRAIL_H_

#include <absl/time/time.h>

#include <cstddef>
#include <string>
#include <vector>

#include "src/audit/sink_writer.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {

inline const absl::Time kNow = absl::UnixEpoch() + absl::Hours(500000);

/// A `SinkWriter` to one place, with the key in the file if one is named.
class WrittenTrail {
 public:
  explicit WrittenTrail(FakePlace& place, const std::string& key_file = "", AuditFilter filter = {})
      : context_(ContextWith(key_file)), writer_(place.Sink(), filter, context_) {}

  /// Writes a record `count` times.
  absl::Status Write(std::size_t count, absl::Time now = kNow) {
    return WriteThese(std::vector<const UnnumberedRecord*>(count, &record_), now);
  }
  absl::Status WriteThese(const std::vector<const UnnumberedRecord*>& records, absl::Time now) {
    return writer_.Write(records, now);
  }
  void TakeBack() { writer_.TakeBack(); }
  void Close() { writer_.Close(kNow); }

  const TrailContext& context() const { return context_; }
  const UnnumberedRecord& record() const { return record_; }

 private:
  static TrailContext ContextWith(const std::string& key_file) {
    TrailContext context;
    context.service = {"greeter-server", "0.1.0"};
    context.durability = "write";
    if (!key_file.empty()) context.key = *SigningKey::Load(key_file);
    return context;
  }

  const TrailContext context_;
  SinkWriter writer_;
  const UnnumberedRecord record_ = EncodeUnnumbered(FailedHandshakeRecord(), context_.service);
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_WRITTEN_TRAIL_H_
