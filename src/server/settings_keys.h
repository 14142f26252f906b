#ifndef CERTGATE_SRC_SERVER_SETTINGS_KEYS_H_
#define CERTGATE_SRC_SERVER_SETTINGS_KEYS_H_

#include <string>
#include <string_view>

#include "src/server/settings.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// The section `name`, in text that stays; empty if there is none.
std::string_view SectionNamed(std::string_view name);
bool IsSection(std::string_view name);

/// The setting `name` of `section`, which is empty outside of sections; or null.
const Setting* FindSetting(std::string_view section, std::string_view name);

/// What to say of a key that is no setting of `section`: where it belongs, or what it was
/// probably meant to be.
Problem UnknownSetting(std::string_view section, std::string_view name);

/// How a section is written: "write its settings below it, indented, such as `min_version: 1.2`".
std::string ExampleOfSection(std::string_view section);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_SETTINGS_KEYS_H_
