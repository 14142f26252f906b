#ifndef CERTGATE_TESTS_UNIT_AUDIT_TRAIL_FILES_H_
#define CERTGATE_TESTS_UNIT_AUDIT_TRAIL_FILES_H_

#include <certgate/audit_log.h>
#include <certgate/audit_sink.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace certgate::testing {

/// Opens an audit file, or throws with the error.
std::unique_ptr<AuditSink> MustOpen(AuditFileOptions options);
inline std::unique_ptr<AuditSink> MustOpen(const std::string& path) {
  return MustOpen(AuditFileOptions{.path = path});
}

/// A log that goes to the audit file alone.
std::unique_ptr<AuditLog> LogToFile(AuditFileOptions options,
                                    Durability durability = Durability::kWrite);

/// Appends the record of a denied call, of about 1,400 bytes.
absl::Status AppendDenial(AuditLog& log);

/// A record of a trail as `ReadPosition` wants it, with its newline: the `sequence`th, after the
/// one with the hash `previous` (empty for the first).
std::string ChainedLine(std::uint64_t sequence, const std::string& previous,
                        const std::string& time = "2026-11-26T06:15:30.123456Z");
/// The hash of such a line, or of any record.
std::string HashOf(const std::string& line);

/// The names of the files of the trail of `live` in `directory`, in order: those that certgate or
/// logrotate closed, the oldest first, then `live`.
std::vector<std::string> TrailNames(const std::string& directory, const std::string& live);

/// The lines of a file, unpacked if its name says that it is packed.
std::vector<std::string> LinesOf(const std::string& path);

/// The names of all that is in a directory, sorted.
std::vector<std::string> NamesIn(const std::string& directory);

/// What is wrong with the trail of `live` in `directory`, from its first record to its last: a line
/// that is no sound record, a break of the chain, a number that is missing or comes twice. Empty if
/// nothing is.
std::string WrongWithTrail(const std::string& directory, const std::string& live);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_TRAIL_FILES_H_
