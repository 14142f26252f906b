#include "src/server/port_file.h"

#include <absl/strings/str_cat.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace certgate {

absl::Status WritePortFile(const std::string& path, int port) {
  if (path.empty()) return absl::OkStatus();
  const std::string unfinished = path + ".new";
  std::ofstream file(unfinished);
  file << port << '\n';
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(unfinished, path, error);
  if (file && !error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the port file `", path, "` cannot be written",
                                             error ? ": " + error.message() : ""));
}

}  // namespace certgate
