#include "src/analysis/warnings.h"

#include <utility>

#include "src/analysis/warning_context.h"

namespace certgate {

std::vector<Finding> FindWarnings(const PolicySource& source, const WarningOptions& options) {
  if (source.policy == nullptr) return {};
  const PolicyDocument& document = source.document;
  WarningContext context{document,
                         options,
                         FindingLog(source.text, source.file),
                         MethodKeys(document),
                         CoverIndex(document, options.now),
                         {}};
  WarnOfShadowedAllows(context);
  WarnOfPointlessEntries(context);
  WarnOfOpenness(context);
  WarnOfExpiry(context);
  WarnOfMissingIssuers(context);
  WarnOfUnknownKeys(context);
  WarnOfUncallableMethods(context);
  WarnOfUnusedClients(context);
  WarnOfObserving(context);
  WarnOfOddTexts(context);
  return std::move(context.log).Finish();
}

std::vector<Finding> CheckPolicy(const PolicySource& source, const WarningOptions& options) {
  std::vector<Finding> findings;
  for (const Diagnostic& diagnostic : source.diagnostics) {
    const bool is_error = diagnostic.severity == Diagnostic::Severity::kError;
    findings.push_back({diagnostic, is_error ? FindingRule::kPolicyError : FindingRule::kMaybeCut});
  }
  for (Finding& warning : FindWarnings(source, options)) findings.push_back(std::move(warning));
  SortByPlace(findings);
  return findings;
}

}  // namespace certgate
