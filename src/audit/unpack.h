#ifndef CERTGATE_SRC_AUDIT_UNPACK_H_
#define CERTGATE_SRC_AUDIT_UNPACK_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <functional>
#include <string_view>

#include "src/audit/rotated_names.h"

namespace certgate {

/// Hands what `fd` holds from its position on, unpacked, to `take`, piece by piece, until it
/// returns false. Several gzip members or zstd frames, one after the other, are one file. Errors:
/// the file cannot be read; it is damaged or ends too early (DataLoss); no memory.
absl::Status Unpack(int fd, Packing packing, const std::function<bool(std::string_view)>& take);

/// Whether `packed` unpacks to exactly the bytes of `plain`, both from their positions on. False
/// also if `packed` is damaged. Errors: a file cannot be read; Cancelled as soon as `is_stopped`.
absl::StatusOr<bool> UnpacksTo(int packed, Packing packing, int plain,
                               const std::function<bool()>& is_stopped);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_UNPACK_H_
