#include "src/server/config_file.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "src/yaml/diagnostic_log.h"
#include "src/yaml/plain_scalar.h"
#include "src/yaml/reader.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kMaxFileBytes = 1024 * 1024;

const Setting* FindSetting(std::string_view key) {
  for (const Setting& setting : AllSettings()) {
    if (setting.key == key) return &setting;
  }
  return nullptr;
}

std::string SuggestKey(std::string_view key) {
  std::vector<std::string_view> keys;
  for (const Setting& setting : AllSettings()) keys.push_back(setting.key);
  return DidYouMean(key, keys, "`greeter-server --help` lists all settings, with `-` for `_`");
}

// What is wrong with the form of `value`, whatever it says: a text where a number is expected.
std::optional<Problem> FindTypeMistake(const Setting& setting, const YamlScalar& value) {
  const PlainKind kind = value.is_quoted ? PlainKind::kText : ClassifyPlain(value.text);
  const std::string key = "`" + std::string(setting.key) + "`";
  if (value.is_absent || kind == PlainKind::kNull) {
    return Problem{key + " has no value", "give it one, or remove the line"};
  }
  if (std::holds_alternative<NumberSetting>(setting.kind)) {
    if (kind == PlainKind::kNumber) return std::nullopt;
    return Problem{key + " is a number, not " + Quote(value.text),
                   "write a whole number, without quotes"};
  }
  if (std::holds_alternative<SwitchSetting>(setting.kind)) {
    if (!value.is_quoted && (value.text == "true" || value.text == "false")) return std::nullopt;
    return Problem{key + " is on or off, not " + Quote(value.text), "write `true` or `false`"};
  }
  if (kind == PlainKind::kText) return std::nullopt;
  return Problem{key + " is a text, and " + Quote(value.text) + " is " +
                     std::string(Describe(kind)) + " in YAML",
                 "put it in quotes if it is meant"};
}

// Reads the one level of `key: value` that a configuration file has.
class SettingsReader final : public YamlVisitor {
 public:
  SettingsReader(ServerSettings& settings, std::filesystem::path folder, DiagnosticLog& log)
      : settings_(settings), folder_(std::move(folder)), log_(log) {}

  void OnMapStart(SourceLocation location) override {
    if (depth_++ > 0) RejectCollection(location, "a mapping");
  }
  void OnSequenceStart(SourceLocation location) override {
    RejectCollection(location, "a list");
    ++depth_;
  }
  void OnMapEnd() override { --depth_; }
  void OnSequenceEnd() override { --depth_; }
  void OnRejected() override { setting_ = nullptr; }
  void OnRejectedKey() override { setting_ = nullptr; }

  void OnKey(const YamlScalar& key) override {
    if (depth_ != 1) return;
    setting_ = FindSetting(key.text);
    if (setting_ == nullptr) {
      log_.Error(key.location, "unknown setting " + Quote(key.text), SuggestKey(key.text));
    }
  }

  void OnScalar(const YamlScalar& scalar) override {
    if (depth_ == 0) RejectCollection(scalar.location, "a single value");
    if (depth_ == 1 && setting_ != nullptr) Take(*std::exchange(setting_, nullptr), scalar);
  }

 private:
  void RejectCollection(SourceLocation location, const std::string& what) {
    if (depth_ == 0) {
      log_.Error(location, what + " where settings are expected",
                 "write one `key: value` to a line, such as `listen: 127.0.0.1:50051`");
    } else if (setting_ != nullptr) {
      log_.Error(location, "`" + std::string(setting_->key) + "` takes one value, not " + what);
    }
    setting_ = nullptr;
  }

  void Take(const Setting& setting, const YamlScalar& value) {
    if (auto mistake = FindTypeMistake(setting, value)) {
      log_.Error(value.location, *std::move(mistake));
      return;
    }
    if (HasControl(value.text)) {
      log_.Error(value.location, "`" + std::string(setting.key) + "` holds a control character");
      return;
    }
    std::string text(value.text);
    if (std::holds_alternative<PathSetting>(setting.kind) && !text.empty()) {
      text = (folder_ / text).lexically_normal().string();
    }
    const std::string mistake = Assign(setting, text, settings_);
    if (!mistake.empty()) {
      log_.Error(value.location, "`" + std::string(setting.key) + "`: " + mistake);
    }
  }

  ServerSettings& settings_;
  const std::filesystem::path folder_;
  DiagnosticLog& log_;
  int depth_ = 0;
  const Setting* setting_ = nullptr;
};

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
