#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_H_

#include <string>
#include <variant>
#include <vector>

#include "src/analysis/imported_policy.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What becomes of ghostunnel's flags.
struct GhostunnelImport {
  /// The command line of `ghostunnel server`, with or without these two words.
  std::vector<std::string> flags;
  /// The method key under which callers are allowed; a valid one.
  std::string method = "*";
  /// The name of the policy.
  std::string name = "ghostunnel";
};

/// A policy that allows whom ghostunnel's access control flags let through: one of them is enough.
/// The problem is a command line that ghostunnel would not take, or that cannot be understood.
std::variant<ImportedPolicy, Problem> ImportGhostunnel(const GhostunnelImport& request);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_H_
