#include "src/trail/line_block.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace certgate {

absl::StatusOr<BlockReader> BlockReader::Open(const std::string& path) {
  auto source = OpenByteSource(path);
  if (!source.ok()) return source.status();
  return BlockReader(*std::move(source), path);
}

// Remembers a failure, and that nothing comes behind it.
std::size_t BlockReader::Read(char* buffer, std::size_t size) {
  if (is_at_end_) return 0;
  const auto got = source_->Read(buffer, size);
  if (!got.ok()) failure_ = got.status();
  is_at_end_ = !got.ok() || *got == 0;
  return got.ok() ? *got : 0;
}

absl::StatusOr<bool> BlockReader::Next(LineBlock& block) {
  block.size_ = 0;
  block.first_line_ = next_line_;
  block.is_too_long_ = false;
  block.is_torn_ = false;
  if (!BeginsLongLine()) Fill(block);
  if (block.size_ > 0) return true;
  // One line alone fills the block.
  if (BeginsLongLine() && PassOverLongLine(block)) return true;
  if (failure_.ok()) return false;
  return absl::Status(failure_.code(), "cannot read `" + path_ + "` on from line " +
                                           std::to_string(next_line_) + ": " +
                                           std::string(failure_.message()) +
                                           "; take another copy of the file, if there is one");
}

bool BlockReader::BeginsLongLine() const {
  return rest_.size() > kMostLineBytes && rest_.find('\n') == rest_.npos;
}

void BlockReader::Fill(LineBlock& block) {
  std::vector<char>& buffer = block.buffer_;
  std::size_t size = rest_.size();
  std::memcpy(buffer.data(), rest_.data(), size);
  rest_.clear();
  while (size < block.capacity()) {
    const std::size_t got = Read(buffer.data() + size, block.capacity() - size);
    if (got == 0) break;
    size += got;
  }
  const std::string_view bytes(buffer.data(), size);
  const std::size_t last = bytes.rfind('\n');
  std::size_t whole = last == bytes.npos ? 0 : last + 1;
  // What stands before a failure may be half a line. It is not given out as the end of the file.
  if (is_at_end_ && failure_.ok()) whole = size;
  if (!is_at_end_) rest_.assign(bytes.substr(whole));
  block.size_ = whole;
  next_line_ += static_cast<std::uint64_t>(
      std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), '\n'));
}

// The rest is thrown away as it comes. False if the file fails before the line ends.
bool BlockReader::PassOverLongLine(LineBlock& block) {
  std::vector<char>& buffer = block.buffer_;
  rest_.clear();
  while (const std::size_t got = Read(buffer.data(), block.capacity())) {
    const std::string_view bytes(buffer.data(), got);
    const std::size_t end = bytes.find('\n');
    if (end == bytes.npos) continue;
    rest_.assign(bytes.substr(end + 1));
    block.is_too_long_ = true;
    ++next_line_;
    return true;
  }
  if (!failure_.ok()) return false;
  block.is_too_long_ = true;
  block.is_torn_ = true;
  return true;
}

}  // namespace certgate
