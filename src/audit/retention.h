#ifndef CERTGATE_SRC_AUDIT_RETENTION_H_
#define CERTGATE_SRC_AUDIT_RETENTION_H_

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "src/audit/closed_files.h"

namespace certgate {

/// How many closed files are kept; as in `AuditFileOptions`.
struct Retention {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  absl::Duration age = absl::InfiniteDuration();

  bool is_limited() const { return files > 0 || bytes > 0 || age != absl::InfiniteDuration(); }
};

/// A file that is to be deleted, and why: "more than 30 closed files".
struct Surplus {
  std::string name;
  std::string why;
};

/// Which of `files`, the oldest first, all named by certgate, are to go at the time `now`. Age
/// counts from the time in the name, or from the last change if that is earlier: a name given while
/// the clock was fast keeps no file for ever.
std::vector<Surplus> FindSurplus(const std::vector<ClosedFile>& files, const Retention& retention,
                                 absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_RETENTION_H_
