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

/// Two spaces for each level, and a line break at the end; what is not UTF-8 is replaced.
std::string JsonText(const nlohmann::ordered_json& json);

/// Prints `JsonText` to standard output.
void PrintJson(const nlohmann::ordered_json& json);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_OUTPUT_FORMAT_H_
