#ifndef CERTGATE_SRC_CLI_AUDIT_REPORT_PAGE_H_
#define CERTGATE_SRC_CLI_AUDIT_REPORT_PAGE_H_

#include <absl/status/status.h>
#include <absl/time/time.h>

#include <cstddef>
#include <string>

#include "src/policy/policy_source.h"
#include "src/trail/report.h"
#include "src/trail/verify.h"

namespace certgate {

/// What a report is made of. The references must outlive the call.
struct ReportInput {
  const TrailReport& report;
  /// Of all records of the files, also those that are not reported on.
  const VerifyResult& verified;
  /// Whether all files could be read.
  const absl::Status& read;
  /// Whether signatures were looked at.
  bool has_key = false;
  /// Whether the command line asks for some records only.
  bool is_selection = false;
  /// The policy whose unused entries are told, or null.
  const PolicySource* policy = nullptr;
  /// The most rows of a table, 1 or more; the others are in one row more.
  std::size_t top = 50;
  absl::Time made_at;
};

/// One page that needs nothing else: works from a file, loads nothing, and can be read and printed
/// without its script, which sorts tables.
std::string ReportAsHtml(const ReportInput& input);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_REPORT_PAGE_H_
