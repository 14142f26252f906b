#ifndef CERTGATE_SRC_SERVER_PORT_FILE_H_
#define CERTGATE_SRC_SERVER_PORT_FILE_H_

#include <absl/status/status.h>

#include <string>

namespace certgate {

/// Writes `port` and a newline to `path`, in one step, so that whoever waits for the file never
/// reads half of it. Does nothing for an empty path. The error names the file.
absl::Status WritePortFile(const std::string& path, int port);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_PORT_FILE_H_
