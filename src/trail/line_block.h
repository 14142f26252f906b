#ifndef CERTGATE_SRC_TRAIL_LINE_BLOCK_H_
#define CERTGATE_SRC_TRAIL_LINE_BLOCK_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/trail/byte_source.h"

namespace certgate {

/// A record has at most 16 KiB; whoever forwards it may add to it. Longer lines are passed over.
inline constexpr std::size_t kMostLineBytes = std::size_t{1024} * 1024;

/// How many bytes may be read behind the end of each line: simdjson looks at so many at once.
inline constexpr std::size_t kLinePadding = 64;

/// A line of a file, without its line break. `text` is a view into a block, with `kLinePadding`
/// readable bytes behind it.
struct TrailLine {
  /// Empty if the line is too long.
  std::string_view text;
  /// From 1.
  std::uint64_t number = 0;
  bool is_too_long = false;
  /// The file ends before the line does.
  bool is_torn = false;
};

/// Lines that stand one behind the other in a file.
class LineBlock {
 public:
  /// `bytes` must exceed `kMostLineBytes`, and be the same for all blocks of a reader.
  explicit LineBlock(std::size_t bytes = kUsualBytes) : buffer_(bytes + kLinePadding) {}
  static constexpr std::size_t kUsualBytes = std::size_t{4} * 1024 * 1024;

  /// Calls `visit` with each `TrailLine`, in order. The views hold until the block is filled anew.
  template <typename Visit>
  void EachLine(Visit visit) const {
    std::uint64_t number = first_line_;
    if (is_too_long_) return visit(TrailLine{{}, number, true, is_torn_});
    std::string_view rest(buffer_.data(), size_);
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const bool is_whole = end != rest.npos;
      const std::string_view text = rest.substr(0, end);
      rest.remove_prefix(is_whole ? end + 1 : rest.size());
      const bool is_too_long = text.size() > kMostLineBytes;
      visit(TrailLine{is_too_long ? std::string_view() : text, number++, is_too_long, !is_whole});
    }
  }

 private:
  friend class BlockReader;

  std::size_t capacity() const { return buffer_.size() - kLinePadding; }

  std::vector<char> buffer_;
  std::size_t size_ = 0;
  std::uint64_t first_line_ = 1;
  bool is_too_long_ = false;  // stands for one line, whose text was not kept
  bool is_torn_ = false;
};

/// Reads a file of any size, in blocks of whole lines. The memory that it takes does not depend on
/// the file. Not thread-safe.
class BlockReader {
 public:
  /// As `OpenByteSource`.
  static absl::StatusOr<BlockReader> Open(const std::string& path);
  /// `path` is for messages.
  BlockReader(std::unique_ptr<ByteSource> source, std::string path)
      : source_(std::move(source)), path_(std::move(path)) {}

  /// Fills `block` with what comes next; false at the end. After a failure, whose message names the
  /// file and the line, nothing more can be read; the whole lines before it were given out.
  absl::StatusOr<bool> Next(LineBlock& block);

 private:
  bool BeginsLongLine() const;
  void Fill(LineBlock& block);
  bool PassOverLongLine(LineBlock& block);
  std::size_t Read(char* buffer, std::size_t size);

  std::unique_ptr<ByteSource> source_;
  std::string path_;
  std::string rest_;  // what was read and is in no block yet: the beginning of a line, or more
  std::uint64_t next_line_ = 1;
  bool is_at_end_ = false;
  absl::Status failure_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_LINE_BLOCK_H_
