#include "src/server/config_file.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "src/server/settings_reader.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

struct FileReading {
  std::string text;
  // Empty if the file was read.
  std::string problem;
};

FileReading ReadFile(const std::string& path) {
  FileReading reading;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  reading.text.resize(kMaxFileBytes + 1);
  file.read(reading.text.data(), static_cast<std::streamsize>(reading.text.size()));
  if (!file.is_open() || file.bad()) {
    reading.problem = errno != 0 ? std::strerror(errno) : "I/O error";
  }
  reading.text.resize(static_cast<std::size_t>(file.gcount()));
  if (reading.text.size() > kMaxFileBytes) reading.problem = "it is over 1 MiB";
  return reading;
}

}  // namespace

std::vector<Diagnostic> ReadConfigFile(const std::string& path, ServerSettings& settings) {
  const FileReading file = ReadFile(path);
  if (!file.problem.empty()) {
    Diagnostic diagnostic;
    diagnostic.file = path;
    diagnostic.message = "the configuration file cannot be read: " + file.problem;
    return {diagnostic};
  }
  DiagnosticLog log(file.text, path);
  SettingsReader reader(settings, std::filesystem::path(path).parent_path(), log);
  if (!ReadYaml(reader, log) && log.error_count() == 0) {
    log.Error({}, "the configuration file cannot be read to its end");
  }
  return std::move(log).Finish();
}

}  // namespace certgate
