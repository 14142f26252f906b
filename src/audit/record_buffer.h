#ifndef CERTGATE_SRC_AUDIT_RECORD_BUFFER_H_
#define CERTGATE_SRC_AUDIT_RECORD_BUFFER_H_

#include <utility>

#include "src/audit/record_encoder.h"

namespace certgate {

/// A record in the memory that an earlier one of this thread has left: a call must not cost an
/// allocation.
class RecordBuffer {
 public:
  // Taken away for as long as it is used: a sink may bring records to another log.
  RecordBuffer() : record_(std::exchange(Spare(), {})) { record_.line.clear(); }
  ~RecordBuffer() { Spare() = std::move(record_); }
  RecordBuffer(const RecordBuffer&) = delete;
  RecordBuffer& operator=(const RecordBuffer&) = delete;

  UnnumberedRecord& operator*() { return record_; }

 private:
  static UnnumberedRecord& Spare() {
    thread_local UnnumberedRecord spare;
    return spare;
  }

  UnnumberedRecord record_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RECORD_BUFFER_H_
