#include "src/server/environment.h"

#include <absl/strings/str_split.h>
#include <re2/re2.h>

#include <algorithm>
#include <string_view>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::string_view kConfigVariable = "CERTGATE_CONFIG";
constexpr char kBetweenValues = ';';

// `CERTGATE_SERVICE_HOST`, `CERTGATE_PORT_50051_TCP_ADDR`: Kubernetes tells each container of the
// services in its namespace in this way, unless `enableServiceLinks` is false.
bool IsServiceLink(std::string_view name) {
  static const re2::RE2 link(
      "CERTGATE_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|"
      "PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");
  return re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), link);
}

const Setting* FindByVariable(std::string_view variable) {
  const std::vector<Setting>& settings = AllSettings();
  const auto found =
      std::find_if(settings.begin(), settings.end(),
                   [variable](const Setting& setting) { return setting.variable() == variable; });
  return found == settings.end() ? nullptr : &*found;
}

std::string UnknownVariable(std::string_view name) {
  std::vector<std::string> variables = {std::string(kConfigVariable)};
  for (const Setting& setting : AllSettings()) variables.push_back(setting.variable());
  const std::vector<std::string_view> candidates(variables.begin(), variables.end());
  return "unknown environment variable " + Quote(name) + ": " +
         DidYouMean(name, candidates,
                    "each is `CERTGATE_` and a flag in capital letters, with `_` for `-`; "
                    "`greeter-server --help` lists all flags");
}

std::vector<std::string> ValuesOf(const Setting& setting, std::string_view text) {
  if (!setting.is_list()) return {std::string(text)};
  std::vector<std::string> values;
  for (const auto value :
       absl::StrSplit(absl::string_view(text.data(), text.size()), kBetweenValues)) {
    values.emplace_back(value);
  }
  return values;
}

void Take(std::string_view name, std::string_view value, EnvironmentReading& reading) {
  const Setting* const setting = FindByVariable(name);
  if (setting == nullptr && name != kConfigVariable) {
    if (!IsServiceLink(name)) reading.mistakes.push_back(UnknownVariable(name));
  } else if (value.empty()) {
    reading.mistakes.push_back(std::string(name) + " is empty: give it a value, or unset it");
  } else if (HasControl(value)) {
    reading.mistakes.push_back(std::string(name) + " holds a control character");
  } else if (setting == nullptr) {
    reading.config_file = std::string(value);
  } else {
    reading.values.emplace_back(setting, ValuesOf(*setting, value));
  }
}

}  // namespace

EnvironmentReading ReadEnvironment(const char* const* environment) {
  EnvironmentReading reading;
  for (; *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(kVariablePrefix) || equals == std::string_view::npos) continue;
    Take(variable.substr(0, equals), variable.substr(equals + 1), reading);
  }
  return reading;
}

std::vector<std::string> AssignVariables(const EnvironmentReading& reading,
                                         ServerSettings& settings) {
  std::vector<std::string> mistakes;
  for (const auto& [setting, values] : reading.values) {
    const std::string mistake = Assign(*setting, values, settings);
    if (!mistake.empty()) mistakes.push_back(setting->variable() + ": " + mistake);
  }
  return mistakes;
}

}  // namespace certgate
