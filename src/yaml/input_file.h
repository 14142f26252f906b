#ifndef CERTGATE_SRC_YAML_INPUT_FILE_H_
#define CERTGATE_SRC_YAML_INPUT_FILE_H_

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "src/files/problem.h"

namespace certgate {

/// Reads a regular file whole; of one over `kMostYamlBytes`, one byte more than that, so that the
/// parser refuses it. `what` says in messages what the file is: "policy file". Fails on a folder,
/// pipe or device, which could keep the reader waiting. Does not wait.
std::variant<std::string, Problem> ReadInputFile(const std::string& path, std::string_view what);

/// Takes the place of `ReadInputFile` where the content comes from elsewhere than the disk, such as
/// from an earlier reading of the same file.
using FileReader = std::function<std::variant<std::string, Problem>(const std::string& path,
                                                                    std::string_view what)>;

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_INPUT_FILE_H_
