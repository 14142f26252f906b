#include "src/server/settings_keys.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::string_view kHelp =
    "`greeter-server --help` lists all settings, with `-` for `_` and behind the section's name";

// What may stand where `section` is open: settings, and sections outside of them.
std::vector<std::string_view> NamesIn(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Setting& setting : AllSettings()) {
    if (setting.section() == section) {
      names.push_back(setting.name());
    } else if (section.empty() && (names.empty() || names.back() != setting.section())) {
      names.push_back(setting.section());
    }
  }
  return names;
}

// The first setting that is called `name` in any section, or outside of them.
const Setting* FindAnywhere(std::string_view name) {
  const std::vector<Setting>& settings = AllSettings();
  const auto found = std::find_if(settings.begin(), settings.end(), [name](const Setting& setting) {
    return setting.name() == name;
  });
  return found == settings.end() ? nullptr : &*found;
}

// The setting of a section whose flag `name` is: `tls_min_version`, `tls.min_version`.
const Setting* FindByFlag(std::string_view name) {
  std::string flag(name);
  std::replace_if(
      flag.begin(), flag.end(), [](char c) { return c == '_' || c == '.'; }, '-');
  const std::vector<Setting>& settings = AllSettings();
  const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& setting) {
    return !setting.section().empty() && setting.flag() == flag;
  });
  return found == settings.end() ? nullptr : &*found;
}

std::string WhereItBelongs(const Setting& setting) {
  const std::string name = "`" + std::string(setting.name()) + "`";
  if (setting.section().empty()) return "write " + name + " without indentation, in no section";
  return "write `" + std::string(setting.section()) + ":` on a line, and " + name +
         " below it, indented";
}

}  // namespace

std::string_view SectionNamed(std::string_view name) {
  for (const Setting& setting : AllSettings()) {
    if (!name.empty() && setting.section() == name) return setting.section();
  }
  return {};
}

bool IsSection(std::string_view name) { return !SectionNamed(name).empty(); }

const Setting* FindSetting(std::string_view section, std::string_view name) {
  for (const Setting& setting : AllSettings()) {
    if (setting.section() == section && setting.name() == name) return &setting;
  }
  return nullptr;
}

Problem UnknownSetting(std::string_view section, std::string_view name) {
  std::string message = "unknown setting " + Quote(name);
  if (!section.empty()) message += " in `" + std::string(section) + "`";
  const Setting* elsewhere = FindAnywhere(name);
  if (elsewhere == nullptr && section.empty()) elsewhere = FindByFlag(name);
  if (elsewhere != nullptr) return {message, WhereItBelongs(*elsewhere)};
  return {message, DidYouMean(name, NamesIn(section), kHelp)};
}

std::string ExampleOfSection(std::string_view section) {
  const std::vector<std::string_view> names = NamesIn(section);
  return "write its settings below it, indented, such as `" + std::string(names.front()) + ": ...`";
}

}  // namespace certgate
