#include "src/authorization/fingerprint.h"

#include <sys/stat.h>

#include <algorithm>

#include "src/authorization/source_reader.h"

namespace certgate {

Fingerprint FingerprintOf(const SourceReader& reader) {
  Fingerprint fingerprint;
  for (const LoadedFile& file : reader.files()) fingerprint[file.name] = file.sha256;
  return fingerprint;
}

std::vector<LoadedFile> ChangedFiles(const Fingerprint& before, const Fingerprint& now) {
  std::vector<LoadedFile> changed;
  for (const auto& [path, hash] : now) {
    const auto known = before.find(path);
    if (known == before.end() || known->second != hash) changed.push_back({path, hash});
  }
  for (const auto& [path, hash] : before) {
    if (!now.contains(path)) changed.push_back({path, ""});
  }
  return changed;
}

bool HasChangedSince(const Fingerprint& files, absl::Time time) {
  return std::any_of(files.begin(), files.end(), [time](const auto& file) {
    struct stat status {};
    return stat(file.first.c_str(), &status) == 0 && absl::TimeFromTimespec(status.st_mtim) > time;
  });
}

}  // namespace certgate
