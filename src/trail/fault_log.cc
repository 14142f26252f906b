#include "src/trail/fault_log.h"

#include <utility>

namespace certgate {

std::string_view ToString(TrailFault::Kind kind) noexcept {
  switch (kind) {
    case TrailFault::Kind::kChanged:
      return "changed";
    case TrailFault::Kind::kInserted:
      return "inserted";
    case TrailFault::Kind::kRemoved:
      return "removed";
    case TrailFault::Kind::kReordered:
      return "reordered";
    case TrailFault::Kind::kDuplicated:
      return "duplicated";
    case TrailFault::Kind::kReplaced:
      return "replaced";
    case TrailFault::Kind::kTorn:
      return "torn";
    case TrailFault::Kind::kSignature:
      return "signature";
    case TrailFault::Kind::kOpenEnd:
      return "open_end";
    case TrailFault::Kind::kUnknownHash:
      return "unknown_hash";
  }
  return "changed";
}

std::uint64_t FaultLog::Add(TrailFault::Kind kind, const LinePlace& place, std::string message,
                            std::string hint, std::uint64_t count) {
  if (added_++ > 0) {
    ++result_.further_faults;
  } else {
    result_.fault = {kind, place.file, place.line, count, std::move(message), std::move(hint)};
  }
  return added_;
}

void FaultLog::Revise(std::uint64_t fault, TrailFault::Kind kind, std::string message,
                      std::string hint) {
  if (fault != 1) return;
  result_.fault->kind = kind;
  result_.fault->count = 0;
  result_.fault->message = std::move(message);
  result_.fault->hint = std::move(hint);
}

}  // namespace certgate
