#ifndef CERTGATE_SRC_POLICY_LOAD_FILE_H_
#define CERTGATE_SRC_POLICY_LOAD_FILE_H_

#include <string>
#include <variant>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Reads the regular file `path`, following symbolic links. Directories, pipes and devices are
/// refused without waiting for them. Reads at most one byte more than `kMostYamlBytes`.
std::variant<std::string, Problem> ReadPolicyFile(const std::string& path);

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_FILE_H_
