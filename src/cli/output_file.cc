#include "src/cli/output_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "src/cli/terminal.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

bool IsRegularOrNew(const std::string& path) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  return type == std::filesystem::file_type::regular ||
         type == std::filesystem::file_type::not_found;
}

bool WriteFile(std::string_view text, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  return file.good();
}

}  // namespace

ExitCode WriteOutput(std::string_view text, const std::string& path) {
  if (path.empty()) {
    std::cout << text << std::flush;
    return ExitCode::kYes;
  }
  // Nobody is to open half of it; but /dev/stdout and pipes must not be replaced.
  const bool is_replaced = IsRegularOrNew(path);
  const std::string written = is_replaced ? path + ".tmp" : path;
  const bool is_good = WriteFile(text, written);
  if (is_good && (!is_replaced || std::rename(written.c_str(), path.c_str()) == 0)) {
    return ExitCode::kYes;
  }
  if (is_replaced) std::remove(written.c_str());
  Complain("cannot write " + QuotePath(path), "check the path and its permissions");
  return ExitCode::kInput;
}

}  // namespace certgate
