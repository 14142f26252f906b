#ifndef CERTGATE_SRC_SERVER_LOGGING_H_
#define CERTGATE_SRC_SERVER_LOGGING_H_

#include <string>

namespace certgate {

/// Sets up the operational log, spdlog's default logger, on standard error: `format` is `text` or
/// `json` (one object per line), `level` one of `debug`, `info`, `warn` and `error`.
void StartLogging(const std::string& format, const std::string& level);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_LOGGING_H_
