#ifndef CERTGATE_SRC_ANALYSIS_ACCESS_CHANGES_H_
#define CERTGATE_SRC_ANALYSIS_ACCESS_CHANGES_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/policy_source.h"
#include "src/yaml/input_file.h"

namespace certgate {

/// Who may do more and who may do less under a new policy, in words, for the record of its load.
struct AccessChanges {
  std::vector<AccessChange> gained;
  std::vector<AccessChange> lost;
  /// What no caller and method can say; also that, and why, nothing could be compared.
  std::vector<std::string> remarks;
};

/// Policies that are larger are not compared.
inline constexpr std::size_t kMostComparedBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kMostComparedEntries = 10'000;

/// Compares two policies for all calls from `now` on, at a cost in time and memory that is bounded
/// whatever they hold: some seconds and some hundred megabytes at worst. Sound as `DiffPolicies`
/// is: a caller who gets through under one only is among those named, unless a remark says that
/// nothing was compared. Where a method's mode is `observe` before and after, everybody gets
/// through and changes of its entries are a remark. Throws only std::bad_alloc; whatever else goes
/// wrong is a remark. Thread-safe.
AccessChanges CompareAccess(const PolicySource& before, const PolicySource& after, absl::Time now);

/// A policy as it was read, and where the content of its CA files comes from. They may have changed
/// on disk since then: to compare with a policy that has been in force for a while, `read` must
/// give the content that it was loaded with.
struct PolicyText {
  std::string_view text;
  /// The policy's path, from whose folder CA files are found.
  std::string file;
  FileReader read = ReadInputFile;
};

/// The same for policies that have not been kept parsed; sizes are looked at before they are
/// parsed.
AccessChanges CompareAccess(const PolicyText& before, const PolicyText& after, absl::Time now);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_ACCESS_CHANGES_H_
