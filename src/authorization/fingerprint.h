#ifndef CERTGATE_SRC_AUTHORIZATION_FINGERPRINT_H_
#define CERTGATE_SRC_AUTHORIZATION_FINGERPRINT_H_

#include <absl/time/time.h>
#include <certgate/audit_record.h>

#include <map>
#include <string>
#include <vector>

namespace certgate {

class SourceReader;

/// What the files of one load looked like: for each path the SHA-256 of its content, empty for one
/// that could not be read. Equal fingerprints are equal files.
using Fingerprint = std::map<std::string, std::string>;

/// Of all that `reader` has read.
Fingerprint FingerprintOf(const SourceReader& reader);

/// The files of `now` that are not the same in `before`, and those of `before` that are gone.
std::vector<LoadedFile> ChangedFiles(const Fingerprint& before, const Fingerprint& now);

/// Whether the content of one of the files was written after `time`, by the clock of its file
/// system; of files that are gone nothing is known, which is no.
bool HasChangedSince(const Fingerprint& files, absl::Time time);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_FINGERPRINT_H_
