#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

#include "src/server/audit_place.h"
#include "src/server/settings.h"

namespace certgate {
namespace {

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
  kind.place(settings) = *value;
  return "";
}

std::string AssignSwitch(const SwitchSetting& kind, std::string_view text,
                         ServerSettings& settings) {
  const bool on = text == "on" || text == "true";
  if (!on && text != "off" && text != "false") {
    return Quoted(text) + " is neither `on` nor `off`";
  }
  kind.place(settings) = on;
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
  kind.place(settings) = std::string(text);
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

// `127.0.0.1:9464`, of which the web server has one reading; Debian's knows no IPv6.
bool IsIpv4Address(std::string_view listen) {
  if (!IsAddress(listen)) return false;
  const std::string host(listen.substr(0, listen.rfind(':')));
  in_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

void Require(const std::string& value, const std::string& what, const std::string& key,
             std::vector<std::string>& mistakes) {
  if (!value.empty()) return;
  std::string flag(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  mistakes.push_back(what + " is not given: pass --" + flag + " FILE, or set `" + key +
                     "` in the configuration file");
}

std::string AssignTexts(std::span<const std::string> values, std::vector<std::string>& target) {
  for (const std::string& value : values) {
    if (value.empty()) return "the value is empty";
  }
  target.assign(values.begin(), values.end());
  return "";
}

std::string AssignAuditPlaces(std::span<const std::string> values,
                              std::vector<std::string>& target) {
  for (const std::string& value : values) {
    const absl::StatusOr<AuditPlaceName> place = ParseAuditPlace(value);
    if (!place.ok()) return std::string(place.status().message());
  }
  return AssignTexts(values, target);
}

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace

std::string Assign(const Setting& setting, std::span<const std::string> values,
                   ServerSettings& settings) {
  if (values.empty()) return "the value is empty";
  const std::string& text = values.front();
  return std::visit(
      Overloaded{
          [&](const TextSetting& kind) { return AssignText(text, kind.place(settings)); },
          [&](const PathSetting& kind) { return AssignText(text, kind.place(settings)); },
          [&](const PathListSetting& kind) { return AssignTexts(values, kind.place(settings)); },
          [&](const TextListSetting& kind) { return AssignTexts(values, kind.place(settings)); },
          [&](const AuditPlacesSetting& kind) {
            return AssignAuditPlaces(values, kind.place(settings));
          },
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
  if (!settings.metrics_listen.empty() && !IsIpv4Address(settings.metrics_listen)) {
    mistakes.push_back(Quoted(settings.metrics_listen) +
                       " is not an address to serve metrics on: give an IPv4 address and a port, "
                       "such as 127.0.0.1:9464");
  }
  Require(settings.cert, "the server's certificate", "cert", mistakes);
  Require(settings.key, "the server's private key", "key", mistakes);
  Require(settings.client_ca, "the authority of the clients", "client_ca", mistakes);
  Require(settings.policy, "the policy", "policy", mistakes);
  const AuditSettings& audit = settings.audit;
  if (audit.file.empty() && !audit.to_stdout && audit.sinks.empty()) {
    mistakes.push_back(
        "there is no place for audit records: pass --audit-file FILE or --audit-stdout, or set "
        "`file` or `stdout` in the section `audit` of the configuration file");
  }
  return mistakes;
}

}  // namespace certgate
