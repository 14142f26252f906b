#ifndef CERTGATE_SRC_TRAIL_REPORT_H_
#define CERTGATE_SRC_TRAIL_REPORT_H_

#include "src/trail/notable.h"
#include "src/trail/record_reader.h"
#include "src/trail/timeline.h"
#include "src/trail/usage.h"

namespace certgate {

/// All that a report tells of some records. Not thread-safe: one for each thread, and then `Add`.
struct TrailReport {
  TrailUsage usage;
  CallTimeline timeline;
  NotableRecords notable;

  void Add(const ParsedRecord& record) {
    usage.Add(record);
    timeline.Add(record);
    notable.Add(record);
  }
  void Add(const TrailReport& other) {
    usage.Add(other.usage);
    timeline.Add(other.timeline);
    notable.Add(other.notable);
  }
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_REPORT_H_
