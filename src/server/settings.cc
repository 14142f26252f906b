#include "src/server/settings.h"

#include <absl/strings/ascii.h>

#include <algorithm>

namespace certgate {
namespace {

constexpr int kHour = 60 * 60;
constexpr int kDay = 24 * kHour;
constexpr int kMebibyte = 1024 * 1024;

// The place of a value: AT(tls.resumption).
#define AT(place) \
  [](ServerSettings & settings) -> auto& { return settings.place; }

std::vector<Setting> FileSettings() {
  return {
      {"listen", "HOST:PORT", "address to listen on; port 0 takes a free one",
       TextSetting{AT(listen)}},
      {"cert", "FILE", "the server's certificate and its intermediates, PEM",
       PathSetting{AT(cert)}},
      {"key", "FILE", "the private key of the certificate, PEM", PathSetting{AT(key)}},
      {"client_ca", "FILE", "the authority that issues the clients' certificates, PEM",
       PathSetting{AT(client_ca)}},
      {"crl.files", "PATH", "file or directory of revocation lists; may be given several times",
       PathListSetting{AT(crl.files)}, "crl"},
      {"crl.on_missing", "deny|allow", "callers whose authority has no revocation list",
       ChoiceSetting{AT(crl.on_missing), {"deny", "allow"}}},
      {"crl.on_expired", "deny|allow", "callers whose authority's revocation list is out of date",
       ChoiceSetting{AT(crl.on_expired), {"deny", "allow"}}},
      {"policy", "FILE", "who may call what, YAML", PathSetting{AT(policy)}},
      {"reload.watch", "on|off", "take over the files when they change",
       SwitchSetting{AT(reload.watch)}},
      {"reload.interval", "SECONDS", "look at the files this often as well; 0 for never",
       NumberSetting{AT(reload.interval), 0, kDay}},
      {"log_format", "text|json", "form of the operational log on standard error",
       ChoiceSetting{AT(log_format), {"text", "json"}}},
      {"log_level", "LEVEL", "debug, info, warn or error",
       ChoiceSetting{AT(log_level), {"debug", "info", "warn", "error"}}},
  };
}

std::vector<Setting> AuditSettingsTable() {
  return {
      {"audit.file", "FILE", "file to append audit records to", PathSetting{AT(audit.file)}},
      {"audit.stdout", "on|off", "write audit records to standard output too",
       SwitchSetting{AT(audit.to_stdout)}},
      {"audit.sinks", "PLACE",
       "further place for audit records: file:PATH, stdout, syslog:unix:/dev/log or "
       "syslog:tcp:HOST:PORT, and behind it records=..., required=on|off and facility=...; may be "
       "given several times",
       AuditPlacesSetting{AT(audit.sinks)}, "audit-sink"},
      {"audit.durability", "write|fsync|async",
       "when a record counts as written: in the kernel, on the disk, or in a queue",
       ChoiceSetting{AT(audit.durability), {"write", "fsync", "async"}}},
      {"audit.on_full", "block|refuse|drop", "calls that find the queue full",
       ChoiceSetting{AT(audit.on_full), {"block", "refuse", "drop"}}},
      {"audit.queue", "N", "most records in the queue", NumberSetting{AT(audit.queue), 1, 1 << 20}},
      {"audit.signing_key", "FILE", "Ed25519 private key, PEM, to sign the trail with",
       PathSetting{AT(audit.signing_key)}},
      {"audit.call_end", "METHOD",
       "record the end of calls to this method too, such as /pkg.Service/* or *; may be given "
       "several times",
       TextListSetting{AT(audit.call_end)}},
      {"audit.denial_rate", "N",
       "records a second of identical denials of one caller; more are counted",
       NumberSetting{AT(audit.denial_rate), 1, 1'000'000}},
      {"audit.denial_burst", "N", "how many of them may come at once; 0 for a record of each",
       NumberSetting{AT(audit.denial_burst), 0, 1'000'000}},
      {"audit.rotate_mib", "MIB", "size at which the file is closed and renamed; 0 for never",
       NumberSetting{AT(audit.rotate_mib), 0, kMebibyte}},
      {"audit.rotate_minutes", "MINUTES", "age at which it is; 0 for never",
       NumberSetting{AT(audit.rotate_minutes), 0, 366 * kDay / 60}},
      {"audit.compress", "none|gzip|zstd", "how closed files are compressed",
       ChoiceSetting{AT(audit.compress), {"none", "gzip", "zstd"}}},
      {"audit.keep_files", "N", "most closed files that are kept; 0 for all",
       NumberSetting{AT(audit.keep_files), 0, 1'000'000}},
      {"audit.keep_mib", "MIB", "most MiB of them; 0 for no limit",
       NumberSetting{AT(audit.keep_mib), 0, 1024 * kMebibyte}},
      {"audit.keep_days", "DAYS", "how old they may get; 0 for no limit",
       NumberSetting{AT(audit.keep_days), 0, 36'600}},
  };
}

std::vector<Setting> TlsSettingsTable() {
  return {
      {"tls.min_version", "1.2|1.3", "oldest version of TLS that is spoken",
       ChoiceSetting{AT(tls.min_version), {"1.2", "1.3"}}},
      {"tls.ciphers", "LIST", "ciphers of TLS 1.2, in OpenSSL's names, with `:` between",
       TextSetting{AT(tls.ciphers)}},
      {"tls.ciphersuites", "LIST", "cipher suites of TLS 1.3, with `:` between",
       TextSetting{AT(tls.ciphersuites)}},
      {"tls.resumption", "on|off", "let clients resume TLS sessions",
       SwitchSetting{AT(tls.resumption)}},
  };
}

// Milliseconds of times are an int in gRPC, which holds 24 days.
std::vector<Setting> LimitSettings() {
  return {
      {"shutdown_grace", "SECONDS", "how long running calls may go on after SIGTERM",
       NumberSetting{AT(shutdown_grace), 0, kHour}},
      {"max_connections", "N", "connections at a time; those beyond are closed at once",
       NumberSetting{AT(max_connections), 1, 1'000'000}},
      {"max_concurrent_streams", "N", "calls at a time on one connection",
       NumberSetting{AT(max_concurrent_streams), 1, 100'000}},
      {"max_message_bytes", "N", "longest request message",
       NumberSetting{AT(max_message_bytes), 1024, 1024 * kMebibyte}},
      {"max_metadata_bytes", "N", "most metadata of one call",
       NumberSetting{AT(max_metadata_bytes), 1024, 16 * kMebibyte}},
      {"max_buffers_mib", "N", "MiB that all requests may take while they come in",
       NumberSetting{AT(max_buffers_mib), 16, 1024 * 1024}},
      {"handshake_timeout", "SECONDS", "how long a TLS handshake may take",
       NumberSetting{AT(handshake_timeout), 1, kHour}},
      {"max_connection_idle", "SECONDS",
       "time without a call after which a connection is closed; 0 for never",
       NumberSetting{AT(max_connection_idle), 0, 14 * kDay}},
      {"max_connection_age", "SECONDS", "age at which a connection is closed; 0 for never",
       NumberSetting{AT(max_connection_age), 0, 14 * kDay}},
      {"max_connection_age_grace", "SECONDS", "how long its calls may go on then",
       NumberSetting{AT(max_connection_age_grace), 0, kHour}},
      {"keepalive.time", "SECONDS",
       "silence after which a client is asked whether it is there; 0 for never",
       NumberSetting{AT(keepalive.time), 0, kDay}},
      {"keepalive.timeout", "SECONDS", "how long the answer may take",
       NumberSetting{AT(keepalive.timeout), 1, kHour}},
      {"keepalive.min_time", "SECONDS", "how often a client may ask the server in its turn",
       NumberSetting{AT(keepalive.min_time), 0, kHour}},
      {"keepalive.without_calls", "on|off", "ask, and may be asked, also while no call runs",
       SwitchSetting{AT(keepalive.without_calls)}},
  };
}

std::vector<Setting> ServiceSettings() {
  return {
      {"metrics_listen", "IP:PORT",
       "address to serve metrics on, over plain HTTP; unless given, none",
       TextSetting{AT(metrics_listen)}},
      {"health", "on|off", "serve grpc.health.v1.Health", SwitchSetting{AT(health)}},
      {"reflection", "on|off", "serve gRPC reflection", SwitchSetting{AT(reflection)}},
      {"api", "sync|callback", "which of gRPC's server APIs the Greeter is written in",
       ChoiceSetting{AT(api), {"sync", "callback"}}},
      {"port_file", "FILE", "file to write the port to once it is open",
       PathSetting{AT(port_file)}},
  };
}

#undef AT

}  // namespace

std::string Setting::flag() const {
  std::string flag(own_flag.empty() ? key : own_flag);
  std::replace_if(
      flag.begin(), flag.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  return flag;
}

std::string Setting::variable() const {
  std::string variable = flag();
  for (char& c : variable) c = c == '-' ? '_' : absl::ascii_toupper(static_cast<unsigned char>(c));
  return std::string(kVariablePrefix) + variable;
}

std::string_view Setting::section() const {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string_view Setting::name() const { return key.substr(key.find('.') + 1); }

const std::vector<Setting>& AllSettings() {
  static const std::vector<Setting>& settings = *[] {
    auto* const all = new std::vector<Setting>;
    for (auto* part : {&FileSettings, &AuditSettingsTable, &TlsSettingsTable, &LimitSettings,
                       &ServiceSettings}) {
      const std::vector<Setting> some = part();
      all->insert(all->end(), some.begin(), some.end());
    }
    return all;
  }();
  return settings;
}

}  // namespace certgate
