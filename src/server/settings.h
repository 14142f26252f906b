#ifndef CERTGATE_SRC_SERVER_SETTINGS_H_
#define CERTGATE_SRC_SERVER_SETTINGS_H_

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace certgate {

/// `crl`: revocation lists of the clients' authorities.
struct CrlSettings {
  /// Files, or directories of files.
  std::vector<std::string> files;
  std::string on_missing = "deny";
  std::string on_expired = "deny";
};

/// `tls`: how connections are encrypted.
struct TlsSettings {
  std::string min_version = "1.2";
  /// Of TLS 1.2 and of TLS 1.3, in OpenSSL's names; empty for gRPC's and OpenSSL's own choice.
  std::string ciphers;
  std::string ciphersuites;
  bool resumption = true;
};

/// `reload`: how changes of the files are noticed.
struct ReloadSettings {
  int interval = 5;  // seconds; 0 for off
  bool watch = true;
};

/// `audit`: where the audit trail goes, and what it promises.
struct AuditSettings {
  std::string file;
  bool to_stdout = false;
  /// Further places; see `ParseAuditPlace`.
  std::vector<std::string> sinks;
  std::string durability = "write";
  std::string on_full = "block";
  int queue = 65'536;  // records
  std::string signing_key;
  /// The method keys of the calls whose end is recorded.
  std::vector<std::string> call_end;
  int denial_rate = 10;    // a second, of identical ones
  int denial_burst = 20;   // 0: each has its record
  int rotate_mib = 0;      // 0 for never
  int rotate_minutes = 0;  // 0 for never
  std::string compress = "none";
  int keep_files = 0;  // 0 for all
  int keep_mib = 0;    // 0 for no limit
  int keep_days = 0;   // 0 for no limit
};

/// `keepalive`: HTTP/2 pings, with which a peer that is gone is told from one that is silent.
struct KeepaliveSettings {
  int time = 60;      // seconds of silence before a ping; 0 for never
  int timeout = 20;   // seconds
  int min_time = 10;  // seconds between a client's pings
  bool without_calls = true;
};

/// All that can be set, with the values that hold where nobody sets them. Paths are as the
/// process opens them.
struct ServerSettings {
  std::string listen = "127.0.0.1:50051";
  std::string cert;
  std::string key;
  std::string client_ca;
  CrlSettings crl;
  TlsSettings tls;
  std::string policy;
  ReloadSettings reload;
  AuditSettings audit;
  std::string log_format = "text";
  std::string log_level = "info";
  int shutdown_grace = 10;  // seconds
  int max_connections = 4'096;
  int max_concurrent_streams = 100;
  int max_message_bytes = 4 * 1024 * 1024;
  int max_metadata_bytes = 16 * 1024;
  int max_buffers_mib = 256;
  int handshake_timeout = 10;         // seconds
  int max_connection_idle = 0;        // seconds; 0 for no limit
  int max_connection_age = 0;         // seconds; 0 for no limit
  int max_connection_age_grace = 10;  // seconds
  KeepaliveSettings keepalive;
  /// Empty for none.
  std::string metrics_listen;
  bool health = true;
  bool reflection = false;
  std::string api = "callback";
  std::string port_file;
};

// Each kind of setting knows the place of its value in `ServerSettings`.
template <typename Value>
using PlaceOf = Value& (*)(ServerSettings&);

struct TextSetting {
  PlaceOf<std::string> place;
};
struct PathSetting {
  PlaceOf<std::string> place;
};
/// One path or more: a list in the configuration file, a flag that may be given several times.
struct PathListSetting {
  PlaceOf<std::vector<std::string>> place;
};
/// One text or more, as a list like that of paths.
struct TextListSetting {
  PlaceOf<std::vector<std::string>> place;
};
/// The same, of places for audit records: what follows `file:` is a path.
struct AuditPlacesSetting {
  PlaceOf<std::vector<std::string>> place;
};
struct NumberSetting {
  PlaceOf<int> place;
  int least;
  int most;
};
struct SwitchSetting {
  PlaceOf<bool> place;
};
struct ChoiceSetting {
  PlaceOf<std::string> place;
  std::vector<std::string_view> choices;
};

/// One setting: the flag `--tls-min-version`, the environment variable `CERTGATE_TLS_MIN_VERSION`
/// and, in the configuration file, the key `min_version` in the section `tls`; or the flag
/// `--client-ca` and the key `client_ca` outside of sections.
struct Setting {
  /// `client_ca`, or with the section in front: `tls.min_version`.
  std::string_view key;
  /// What stands for the value in `--help`.
  std::string_view placeholder;
  std::string_view help;
  std::variant<TextSetting, PathSetting, PathListSetting, TextListSetting, AuditPlacesSetting,
               NumberSetting, SwitchSetting, ChoiceSetting>
      kind;
  /// The flag without its dashes where the key does not give it; else empty.
  std::string_view own_flag = {};

  /// Whether it takes several values.
  bool is_list() const {
    return std::holds_alternative<PathListSetting>(kind) ||
           std::holds_alternative<TextListSetting>(kind) ||
           std::holds_alternative<AuditPlacesSetting>(kind);
  }
  /// The flag without its dashes: `tls-min-version`.
  std::string flag() const;
  /// The environment variable: `CERTGATE_TLS_MIN_VERSION`.
  std::string variable() const;
  /// `tls`; empty outside of sections.
  std::string_view section() const;
  /// The key in its section: `min_version`.
  std::string_view name() const;
};

/// What the names of all environment variables begin with.
inline constexpr std::string_view kVariablePrefix = "CERTGATE_";

/// Every setting, in the order of `--help`.
const std::vector<Setting>& AllSettings();

/// Reads `values` as the value of `setting` into `settings`: one text, or one and more for a list,
/// in place of what was there. Returns what is wrong with it, such as "`x` is not a whole number
/// from 0 to 3600", and then changes nothing; empty if all is well.
std::string Assign(const Setting& setting, std::span<const std::string> values,
                   ServerSettings& settings);

/// What is missing or impossible in `settings` as a whole, each with what to give; empty if
/// nothing is.
std::vector<std::string> FindMistakes(const ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SETTINGS_H_
