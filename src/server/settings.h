#ifndef CERTGATE_SRC_SERVER_SETTINGS_H_
#define CERTGATE_SRC_SERVER_SETTINGS_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace certgate {

/// All that can be set, with the values that hold where nobody sets them. Paths are as the
/// process opens them.
struct ServerSettings {
  std::string listen = "127.0.0.1:50051";
  std::string cert;
  std::string key;
  std::string client_ca;
  std::string policy;
  std::string audit_file;
  bool audit_stdout = false;
  std::string log_format = "text";
  std::string log_level = "info";
  int grace_period = 10;  // seconds
  int max_concurrent_streams = 100;
  int max_message_bytes = 4 * 1024 * 1024;
  int max_metadata_bytes = 16 * 1024;
  int handshake_timeout = 10;  // seconds
  int max_connection_age = 0;  // seconds; 0 for no limit
  bool health = true;
  bool reflection = false;
  std::string api = "callback";
  std::string port_file;
};

struct TextSetting {
  std::string ServerSettings::*member;
};
struct PathSetting {
  std::string ServerSettings::*member;
};
struct NumberSetting {
  int ServerSettings::*member;
  int least;
  int most;
};
struct SwitchSetting {
  bool ServerSettings::*member;
};
struct ChoiceSetting {
  std::string ServerSettings::*member;
  std::vector<std::string_view> choices;
};

/// One setting: the flag `--grace-period` and the key `grace_period` of the configuration file.
struct Setting {
  std::string_view key;
  /// What stands for the value in `--help`.
  std::string_view placeholder;
  std::string_view help;
  std::variant<TextSetting, PathSetting, NumberSetting, SwitchSetting, ChoiceSetting> kind;

  /// The flag without its dashes: `grace-period`.
  std::string flag() const;
};

/// Every setting, in the order of `--help`.
const std::vector<Setting>& AllSettings();

/// Reads `text` as the value of `setting` into `settings`. Returns what is wrong with it, such as
/// "`x` is not a whole number from 0 to 3600", and then changes nothing; empty if all is well.
std::string Assign(const Setting& setting, std::string_view text, ServerSettings& settings);

/// What is missing or impossible in `settings` as a whole, each with what to give; empty if
/// nothing is.
std::vector<std::string> FindMistakes(const ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SETTINGS_H_
