#ifndef CERTGATE_SRC_CLI_AUDIT_FILTER_OPTIONS_H_
#define CERTGATE_SRC_CLI_AUDIT_FILTER_OPTIONS_H_

#include <absl/time/time.h>

#include <string>
#include <variant>
#include <vector>

#include "src/files/problem.h"
#include "src/trail/record_filter.h"

namespace CLI {
class App;
}

namespace certgate {

/// Which records a command line asks for.
class AuditFilterOptions {
 public:
  void AddTo(CLI::App& app);

  /// The filter, or what is wrong with the command line. Without `--action`, the kinds are
  /// `actions`.
  std::variant<RecordFilter, Problem> Read(absl::Time now,
                                           const std::vector<std::string>& actions) const;

  /// Whether any option is given.
  bool is_given() const;

 private:
  FilterWords words_;
  std::vector<std::string> addresses_;
  std::string since_;
  std::string until_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_FILTER_OPTIONS_H_
