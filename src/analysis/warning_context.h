#ifndef CERTGATE_SRC_ANALYSIS_WARNING_CONTEXT_H_
#define CERTGATE_SRC_ANALYSIS_WARNING_CONTEXT_H_

#include <unordered_set>

#include "src/analysis/cover_index.h"
#include "src/analysis/finding_log.h"
#include "src/analysis/method_keys.h"
#include "src/analysis/warnings.h"
#include "src/policy/document.h"

namespace certgate {

/// What the warnings about one policy have in common.
struct WarningContext {
  const PolicyDocument& document;
  const WarningOptions& options;
  FindingLog log;
  MethodKeys keys;
  CoverIndex covers;
  /// The allow entries that a deny always beats.
  std::unordered_set<const Entry*> shadowed;

  bool HasExpired(const Entry& entry) const { return entry.expires <= options.now; }
  bool IsAlive(const Entry& entry) const {
    return !HasExpired(entry) && !shadowed.contains(&entry);
  }
};

/// The warnings, by what they look at. The first one finds `shadowed`.
void WarnOfShadowedAllows(WarningContext& context);
void WarnOfPointlessEntries(WarningContext& context);
void WarnOfOpenness(WarningContext& context);
void WarnOfExpiry(WarningContext& context);
void WarnOfMissingIssuers(WarningContext& context);
void WarnOfUnknownKeys(WarningContext& context);
void WarnOfUncallableMethods(WarningContext& context);
void WarnOfUnusedClients(WarningContext& context);
void WarnOfObserving(WarningContext& context);
void WarnOfOddTexts(WarningContext& context);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_WARNING_CONTEXT_H_
