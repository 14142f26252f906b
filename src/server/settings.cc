#include "src/server/settings.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace certgate {
namespace {

constexpr int kHour = 60 * 60;
constexpr int kMebibyte = 1024 * 1024;

std::vector<Setting> MakeSettings() {
  using S = ServerSettings;
  return {
      {"listen", "HOST:PORT", "address to listen on; port 0 takes a free one",
       TextSetting{&S::listen}},
      {"cert", "FILE", "the server's certificate and its intermediates, PEM",
       PathSetting{&S::cert}},
      {"key", "FILE", "the private key of the certificate, PEM", PathSetting{&S::key}},
      {"client_ca", "FILE", "the authority that issues the clients' certificates, PEM",
       PathSetting{&S::client_ca}},
      {"policy", "FILE", "who may call what, YAML", PathSetting{&S::policy}},
      {"audit_file", "FILE", "file to append audit records to", PathSetting{&S::audit_file}},
      {"audit_stdout", "on|off", "write audit records to standard output too",
       SwitchSetting{&S::audit_stdout}},
      {"log_format", "text|json", "form of the operational log on standard error",
       ChoiceSetting{&S::log_format, {"text", "json"}}},
      {"log_level", "LEVEL", "debug, info, warn or error",
       ChoiceSetting{&S::log_level, {"debug", "info", "warn", "error"}}},
      {"grace_period", "SECONDS", "how long running calls may go on after SIGTERM",
       NumberSetting{&S::grace_period, 0, kHour}},
      {"max_concurrent_streams", "N", "calls at a time on one connection",
       NumberSetting{&S::max_concurrent_streams, 1, 100'000}},
      {"max_message_bytes", "N", "longest request message",
       NumberSetting{&S::max_message_bytes, 1024, 1024 * kMebibyte}},
      {"max_metadata_bytes", "N", "most metadata of one call",
       NumberSetting{&S::max_metadata_bytes, 1024, 16 * kMebibyte}},
      {"handshake_timeout", "SECONDS", "how long a TLS handshake may take",
       NumberSetting{&S::handshake_timeout, 1, kHour}},
      {"max_connection_age", "SECONDS", "age at which a connection is closed; 0 for never",
       NumberSetting{&S::max_connection_age, 0, 30 * 24 * kHour}},
      {"health", "on|off", "serve grpc.health.v1.Health", SwitchSetting{&S::health}},
      {"reflection", "on|off", "serve gRPC reflection", SwitchSetting{&S::reflection}},
      {"api", "sync|callback", "which of gRPC's server APIs the Greeter is written in",
       ChoiceSetting{&S::api, {"sync", "callback"}}},
      {"port_file", "FILE", "file to write the port to once it is open",
       PathSetting{&S::port_file}},
  };
}

// Debian 12's absl::string_view is not std::string_view, so texts are put together with `+`.
std::string Quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::optional<int> ParseNumber(std::string_view text, int least, int most) {
  // A leading zero means octal to some readers.
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

std::string AssignText(std::string_view text, std::string& target) {
  if (text.empty()) return "the value is empty";
  target = std::string(text);
  return "";
}

std::string AssignNumber(const NumberSetting& kind, std::string_view text,
                         ServerSettings& settings) {
  const std::optional<int> value = ParseNumber(text, kind.least, kind.most);
  if (!value) {
    return Quoted(text) + " is not a whole number from " + std::to_string(kind.least) + " to " +
           std::to_string(kind.most);
  }
  settings.*kind.member = *value;
  return "";
}

std::string AssignSwitch(const SwitchSetting& kind, std::string_view text,
                         ServerSettings& settings) {
  const bool on = text == "on" || text == "true";
  if (!on && text != "off" && text != "false") {
    return Quoted(text) + " is neither on (`true`) nor off (`false`)";
  }
  settings.*kind.member = on;
  return "";
}

std::string AssignChoice(const ChoiceSetting& kind, std::string_view text,
                         ServerSettings& settings) {
  if (std::find(kind.choices.begin(), kind.choices.end(), text) == kind.choices.end()) {
    std::string choices;
    for (const std::string_view choice : kind.choices) {
      choices += (choices.empty() ? "" : ", ") + Quoted(choice);
    }
    return Quoted(text) + " is not one of " + choices;
  }
  settings.*kind.member = std::string(text);
  return "";
}

bool IsAddress(std::string_view listen) {
  if (listen.starts_with("unix:")) return listen.size() > 5;
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = listen.substr(0, colon);
  // An IPv6 host stands in brackets; else the last of its groups would be taken for the port.
  const bool bracketed = host.front() == '[' && host.back() == ']';
  if (host.find(':') != std::string_view::npos && !bracketed) return false;
  return ParseNumber(listen.substr(colon + 1), 0, 65535).has_value();
}

std::string FlagOf(std::string_view key) {
  std::string flag(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

void Require(const std::string& value, const std::string& what, const std::string& key,
             std::vector<std::string>& mistakes) {
  if (!value.empty()) return;
  mistakes.push_back(what + " is not given: pass --" + FlagOf(key) + " FILE, or set `" + key +
                     "` in the configuration file");
}

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

std::string Setting::flag() const { return FlagOf(key); }

const std::vector<Setting>& AllSettings() {
  static const std::vector<Setting>& settings = *new std::vector<Setting>(MakeSettings());
  return settings;
}

std::string Assign(const Setting& setting, std::string_view text, ServerSettings& settings) {
  return std::visit(
      Overloaded{[&](const TextSetting& kind) { return AssignText(text, settings.*kind.member); },
                 [&](const PathSetting& kind) { return AssignText(text, settings.*kind.member); },
                 [&](const NumberSetting& kind) { return AssignNumber(kind, text, settings); },
                 [&](const SwitchSetting& kind) { return AssignSwitch(kind, text, settings); },
                 [&](const ChoiceSetting& kind) { return AssignChoice(kind, text, settings); }},
      setting.kind);
}

std::vector<std::string> FindMistakes(const ServerSettings& settings) {
  std::vector<std::string> mistakes;
  if (!IsAddress(settings.listen)) {
    mistakes.push_back(Quoted(settings.listen) +
                       " is not an address to listen on: give HOST:PORT, such as "
                       "127.0.0.1:50051 or [::]:50051");
  }
  Require(settings.cert, "the server's certificate", "cert", mistakes);
  Require(settings.key, "the server's private key", "key", mistakes);
  Require(settings.client_ca, "the authority of the clients", "client_ca", mistakes);
  Require(settings.policy, "the policy", "policy", mistakes);
  if (settings.audit_file.empty() && !settings.audit_stdout) {
    mistakes.push_back(
        "there is no place for audit records: pass --audit-file FILE or --audit-stdout, or set "
        "`audit_file` or `audit_stdout` in the configuration file");
  }
  return mistakes;
}

}  // namespace certgate
