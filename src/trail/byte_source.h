#ifndef CERTGATE_SRC_TRAIL_BYTE_SOURCE_H_
#define CERTGATE_SRC_TRAIL_BYTE_SOURCE_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <string>

namespace certgate {

/// The bytes of a file, unpacked, from its beginning to its end. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Reads between 1 and `size` bytes into `buffer`; 0 at the end. `size` must not be 0. Fails with
  /// Unavailable if the system cannot read on, with DataLoss if packed bytes are damaged or end
  /// too early; the message says why, without the path.
  virtual absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) = 0;
};

/// Opens the file `path`, `-` for standard input. A file that begins as gzip (RFC 1952) or
/// Zstandard (RFC 8878) does is unpacked, whatever its name; several members or frames, one behind
/// the other, are read as one. Fails with NotFound, PermissionDenied or Unavailable; the message
/// names the path, the reason and the next step.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_BYTE_SOURCE_H_
