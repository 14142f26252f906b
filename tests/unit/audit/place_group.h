#ifndef CERTGATE_TESTS_UNIT_AUDIT_PLACE_GROUP_H_
#define CERTGATE_TESTS_UNIT_AUDIT_PLACE_GROUP_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/audit/sink_group.h"
#include "tests/unit/audit/fake_place.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {

/// What the trails of these tests have in common.
inline const TrailContext& TestContext() {
  static const TrailContext context = {{"greeter-server", "0.1.0"}, "write", nullptr};
  return context;
}

/// A group of `places`, in their order.
inline std::unique_ptr<SinkGroup> GroupOf(std::initializer_list<FakePlace*> places,
                                          SinkGroup::Options options = {}) {
  for (FakePlace* const place : places) {
    options.writers.push_back(
        std::make_unique<SinkWriter>(place->Sink(), AuditFilter(), TestContext()));
  }
  options.service = TestContext().service;
  return std::make_unique<SinkGroup>(std::move(options));
}

/// A record by its `event.id`.
inline UnnumberedRecord RecordOf(const std::string& id) {
  HandshakeRecord record = FailedHandshakeRecord();
  record.id = id;
  return EncodeUnnumbered(record, TestContext().service);
}

inline std::vector<UnnumberedRecord> RecordsOf(const std::vector<std::string>& ids) {
  std::vector<UnnumberedRecord> records;
  for (const std::string& id : ids) records.push_back(RecordOf(id));
  return records;
}

inline absl::Status Commit(SinkGroup& group, const std::vector<std::string>& ids) {
  const std::vector<UnnumberedRecord> records = RecordsOf(ids);
  std::vector<const UnnumberedRecord*> pointers;
  for (const UnnumberedRecord& record : records) pointers.push_back(&record);
  return group.Commit(pointers);
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_PLACE_GROUP_H_
