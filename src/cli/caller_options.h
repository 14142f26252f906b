#ifndef CERTGATE_SRC_CLI_CALLER_OPTIONS_H_
#define CERTGATE_SRC_CLI_CALLER_OPTIONS_H_

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <variant>

#include "src/analysis/claimed_caller.h"
#include "src/policy/policy_source.h"
#include "src/yaml/diagnostic_log.h"

namespace CLI {
class App;
}

namespace certgate {

/// The caller that a command line describes: by a certificate, or by attributes.
class CallerOptions {
 public:
  void AddTo(CLI::App& app);

  /// Wrong usage: no caller, or two descriptions of one. Nothing if all is well.
  std::optional<Problem> FindMistake() const;

  std::variant<PresentedCaller, Problem> Read(const PolicySource& policy, absl::Time now) const;

 private:
  std::string certificate_;
  std::string ca_file_;
  std::string cn_;
  ClaimedCaller claimed_;
};

/// `--at TIME`: the moment to decide for.
class TimeOption {
 public:
  void AddTo(CLI::App& app);
  /// The time that was given, or the present.
  std::variant<absl::Time, Problem> Read() const;

 private:
  std::string text_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_CALLER_OPTIONS_H_
