#ifndef CERTGATE_SRC_SERVER_ENVIRONMENT_H_
#define CERTGATE_SRC_SERVER_ENVIRONMENT_H_

#include <string>
#include <utility>
#include <vector>

#include "src/server/settings.h"

namespace certgate {

/// What the environment says, for containers that are given no file.
struct EnvironmentReading {
  /// `CERTGATE_CONFIG`, or empty.
  std::string config_file;
  /// The settings that are given, with their values.
  std::vector<std::pair<const Setting*, std::vector<std::string>>> values;
  /// Variables that mean nothing, or have no value.
  std::vector<std::string> mistakes;
};

/// Reads the variables among `environment`, which ends with a null as environ(7) does, whose names
/// begin with `CERTGATE_`. One that belongs to no setting is a mistake: it would be believed to
/// hold. Those that Kubernetes makes for a service called `certgate` are left alone.
EnvironmentReading ReadEnvironment(const char* const* environment);

/// Puts the values into `settings`. Returns what is wrong with them.
std::vector<std::string> AssignVariables(const EnvironmentReading& reading,
                                         ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_ENVIRONMENT_H_
