#include "src/yaml/input_file.h"

#include "src/files/regular_file.h"
#include "src/yaml/reader.h"
#include "src/yaml/unicode.h"

namespace certgate {

std::variant<std::string, Problem> ReadInputFile(const std::string& path, std::string_view what) {
  std::variant<std::string, Problem> read = ReadRegularFile(path, kMostYamlBytes);
  if (auto* problem = std::get_if<Problem>(&read)) {
    problem->message =
        "cannot read the " + std::string(what) + " " + QuotePath(path) + ": " + problem->message;
  }
  return read;
}

}  // namespace certgate
