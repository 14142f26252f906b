#include "src/audit/file_options.h"

#include <absl/time/time.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace certgate {
namespace {

constexpr std::uint64_t kLeastRotateBytes = 65536;

absl::Status OutOfRange(const AuditFileOptions& options, const std::string& what) {
  return absl::InvalidArgumentError("audit file `" + options.path + "`: " + what);
}

absl::Status CannotRotate(const AuditFileOptions& options, absl::StatusCode code,
                          const std::string& why) {
  return absl::Status(code, "cannot rotate audit file `" + options.path + "`: " + why);
}

}  // namespace

absl::Status CheckFileOptions(const AuditFileOptions& options) {
  if (options.path.empty() || options.path.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("the audit file's name is empty or holds a NUL; name a file");
  }
  if (options.rotate_bytes > 0 && options.rotate_bytes < kLeastRotateBytes) {
    return OutOfRange(options, "it cannot be rotated at " + std::to_string(options.rotate_bytes) +
                                   " bytes; give at least 65536, or 0 for never");
  }
  if (options.rotate_age < absl::Minutes(1)) {
    return OutOfRange(options, "it cannot be rotated after " +
                                   absl::FormatDuration(options.rotate_age) +
                                   "; give at least a minute");
  }
  if (options.keep_age <= absl::ZeroDuration()) {
    return OutOfRange(options, "closed files cannot be kept for " +
                                   absl::FormatDuration(options.keep_age) +
                                   "; give more than nothing");
  }
  if (options.compression > AuditFileOptions::Compression::kZstd ||
      options.compression < AuditFileOptions::Compression::kNone) {
    return OutOfRange(options, "the compression is not known; choose none, gzip or zstd");
  }
  return absl::OkStatus();
}

absl::Status CheckFileAllows(const AuditFileOptions& options, const OpenFile& file) {
  if (!IsRotated(options)) return absl::OkStatus();
  if (!file.is_regular) {
    return CannotRotate(options, absl::StatusCode::kFailedPrecondition,
                        "it is a device; name a regular file, or turn rotation off");
  }
  if (faccessat(file.place->directory.get(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    return CannotRotate(options, absl::ErrnoToStatusCode(errno),
                        "its directory `" + file.place->directory_path +
                            "` cannot be written: " + std::system_category().message(errno) +
                            "; let the server's user write to it, or turn rotation off");
  }
  return absl::OkStatus();
}

bool IsRotated(const AuditFileOptions& options) {
  return options.rotate_bytes > 0 || options.rotate_age != absl::InfiniteDuration();
}

Packing PackingFor(const AuditFileOptions& options) {
  switch (options.compression) {
    case AuditFileOptions::Compression::kGzip:
      return Packing::kGzip;
    case AuditFileOptions::Compression::kZstd:
      return Packing::kZstd;
    case AuditFileOptions::Compression::kNone:
      break;
  }
  return Packing::kNone;
}

Retention RetentionFor(const AuditFileOptions& options) {
  return {options.keep_files, options.keep_bytes, options.keep_age};
}

}  // namespace certgate
