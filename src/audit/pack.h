#ifndef CERTGATE_SRC_AUDIT_PACK_H_
#define CERTGATE_SRC_AUDIT_PACK_H_

#include <absl/status/status.h>

#include <functional>

#include "src/audit/rotated_names.h"

namespace certgate {

/// Packs what `from` holds from its position on into `to`: gzip (RFC 1952) with zlib, or zstd
/// (RFC 8878) with a checksum. Errors: a file cannot be read or written, no memory, and Cancelled
/// as soon as `is_stopped`, which is asked before each piece, says so.
absl::Status Pack(int from, int to, Packing packing, const std::function<bool()>& is_stopped);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_PACK_H_
