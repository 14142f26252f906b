#ifndef CERTGATE_SRC_YAML_INPUT_FILE_H_
#define CERTGATE_SRC_YAML_INPUT_FILE_H_

#include <string>
#include <string_view>
#include <variant>

#include "src/files/problem.h"

namespace certgate {

/// Reads a regular file whole; of one over `kMostYamlBytes`, one byte more than that, so that the
/// parser refuses it. `what` says in messages what the file is: "policy file". Fails on a folder,
/// pipe or device, which could keep the reader waiting. Does not wait.
std::variant<std::string, Problem> ReadInputFile(const std::string& path, std::string_view what);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_INPUT_FILE_H_
