#ifndef CERTGATE_SRC_TRAIL_PACKED_SOURCE_H_
#define CERTGATE_SRC_TRAIL_PACKED_SOURCE_H_

#include <memory>

#include "src/trail/byte_source.h"

namespace certgate {

/// The first bytes of a gzip member and of a Zstandard frame.
inline constexpr std::string_view kGzipMagic = "\x1F\x8B";
inline constexpr std::string_view kZstdMagic = "\x28\xB5\x2F\xFD";

/// What `packed`, gzip, holds. Throws std::bad_alloc.
std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed);
/// What `packed`, Zstandard, holds. A frame that wants more than 128 MiB of memory is refused.
std::unique_ptr<ByteSource> UnpackZstd(std::unique_ptr<ByteSource> packed);

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_PACKED_SOURCE_H_
