#ifndef CERTGATE_SRC_CLI_OUTPUT_FORMAT_H_
#define CERTGATE_SRC_CLI_OUTPUT_FORMAT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace certgate {

/// Adds `--format` with these words to a subcommand; the value that `format` has is the default.
void AddFormatOption(CLI::App& app, std::string& format, std::vector<std::string> words);

/// Prints to standard output, two spaces for each level; what is not UTF-8 is replaced.
void PrintJson(const nlohmann::ordered_json& json);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_OUTPUT_FORMAT_H_
