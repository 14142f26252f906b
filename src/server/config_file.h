#ifndef CERTGATE_SRC_SERVER_CONFIG_FILE_H_
#define CERTGATE_SRC_SERVER_CONFIG_FILE_H_

#include <certgate/diagnostic.h>

#include <string>
#include <vector>

#include "src/server/settings.h"

namespace certgate {

/// Reads the configuration file `path`, a YAML mapping of the keys of `AllSettings` with
/// their sections, into `settings`. Paths in it are relative to the file's own directory. Returns
/// what is wrong, with line and column; `settings` is of use only if none of it is an error.
std::vector<Diagnostic> ReadConfigFile(const std::string& path, ServerSettings& settings);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_CONFIG_FILE_H_
