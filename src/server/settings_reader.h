#ifndef CERTGATE_SRC_SERVER_SETTINGS_READER_H_
#define CERTGATE_SRC_SERVER_SETTINGS_READER_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/server/settings.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Takes the settings out of the events of a configuration file: `key: value`, and sections of
/// them, one level deep. What is wrong goes to the log.
class SettingsReader final : public YamlVisitor {
 public:
  /// Relative paths are relative to `folder`. All but `folder` is borrowed.
  SettingsReader(ServerSettings& settings, std::filesystem::path folder, DiagnosticLog& log);

  void OnMapStart(SourceLocation location) override;
  void OnKey(const YamlScalar& key) override;
  void OnMapEnd() override;
  void OnSequenceStart(SourceLocation location) override;
  void OnSequenceEnd() override;
  void OnScalar(const YamlScalar& scalar) override;
  void OnRejected() override;
  void OnRejectedKey() override;

 private:
  void RejectCollection(SourceLocation location, const std::string& what);
  void RejectSectionValue(const YamlScalar& scalar);
  // Notes `value` as the value, or one of the values, of `setting_`.
  void Take(const YamlScalar& value);
  void AssignTaken(SourceLocation location);
  std::string InFolder(const std::string& path) const;

  ServerSettings& settings_;
  const std::filesystem::path folder_;
  DiagnosticLog& log_;
  // How many collections are open: 0 before the file's own mapping, 2 in a section.
  int level_ = 0;
  // How many collections are open in a value that is of no use.
  int ignored_ = 0;
  // The section whose value is awaited, or which is open; else empty.
  std::string_view section_;
  // The setting whose value is awaited, or whose list is open; else null.
  const Setting* setting_ = nullptr;
  bool in_list_ = false;
  // A value of the list was rejected.
  bool list_is_bad_ = false;
  SourceLocation list_location_;
  std::vector<std::string> taken_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SETTINGS_READER_H_
