#ifndef CERTGATE_SRC_YAML_SOURCE_CURSOR_H_
#define CERTGATE_SRC_YAML_SOURCE_CURSOR_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <string_view>

namespace certgate {

/// Turns byte offsets into lines and columns. Made for offsets that mostly grow: it goes on from
/// the last one, so that a whole file costs one pass over it, whatever the length of its lines.
class SourceCursor {
 public:
  /// `text` is borrowed. A byte order mark at its start takes no column.
  explicit SourceCursor(std::string_view text);

  /// The place of the byte at `offset`; an offset past the end means the end.
  SourceLocation Locate(std::size_t offset);

 private:
  void Rewind(std::size_t offset);

  std::string_view text_;
  std::size_t offset_ = 0;
  SourceLocation location_{1, 1};
};

/// The bytes that a UTF-8 byte order mark takes at the start of `text`: 3 or 0.
std::size_t ByteOrderMarkLength(std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_SOURCE_CURSOR_H_
