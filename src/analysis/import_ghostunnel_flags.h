#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_FLAGS_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_FLAGS_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// What a flag of `ghostunnel server` does for the question who may connect.
enum class GhostunnelRole {
  kAllowAll,
  kAllowCn,
  kAllowOu,
  kAllowDns,
  kAllowUri,
  kAllowOther,  // lets callers in by what no policy can select
  kTrust,       // says which authorities are trusted
  kOther,
};

struct GhostunnelFlag {
  /// As it is documented, with two dashes: `--allow-cn`.
  std::string name;
  GhostunnelRole role = GhostunnelRole::kOther;
  /// Empty for a flag without value.
  std::string value;
};

/// Reads a command line of `ghostunnel server` (release 1.11), with or without these two words:
/// `--flag value`, `--flag=value`, with one dash or two, `--no-flag` for a flag that is only on or
/// off. The problem is the first thing that cannot be understood.
std::variant<std::vector<GhostunnelFlag>, Problem> ParseGhostunnelFlags(
    const std::vector<std::string>& arguments);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_GHOSTUNNEL_FLAGS_H_
