#ifndef CERTGATE_SRC_TRAIL_FAULT_LOG_H_
#define CERTGATE_SRC_TRAIL_FAULT_LOG_H_

#include <cstdint>
#include <string>

#include "src/trail/verify.h"

namespace certgate {

/// Where a line stands.
struct LinePlace {
  std::string file;
  std::uint64_t line = 0;
};

/// Keeps the first fault of all, and counts the others. What a fault is can often be told only by
/// what comes behind it: `Revise` says so for a fault that turned out to be the first.
class FaultLog {
 public:
  explicit FaultLog(VerifyResult& result) : result_(result) {}

  /// Returns a number for `Revise`.
  std::uint64_t Add(TrailFault::Kind kind, const LinePlace& place, std::string message,
                    std::string hint, std::uint64_t count = 0);
  void Revise(std::uint64_t fault, TrailFault::Kind kind, std::string message, std::string hint);

 private:
  VerifyResult& result_;
  std::uint64_t added_ = 0;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_FAULT_LOG_H_
