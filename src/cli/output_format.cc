#include "src/cli/output_format.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

namespace certgate {

void AddFormatOption(CLI::App& app, std::string& format, std::vector<std::string> words) {
  std::string help = "form of the output: ";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) help += i + 1 == words.size() ? " or " : ", ";
    help += words[i];
  }
  app.add_option("--format", format, help)
      ->check(CLI::IsMember(std::move(words)))
      ->option_text("FORM");
}

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

void PrintJson(const nlohmann::ordered_json& json) { std::cout << JsonText(json); }

}  // namespace certgate
