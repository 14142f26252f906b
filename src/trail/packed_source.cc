#include "src/trail/packed_source.h"

#include <absl/status/status.h>
#include <zlib.h>
#include <zstd.h>

#include <limits>
#include <new>
#include <utility>
#include <vector>

namespace certgate {
namespace {

constexpr std::size_t kPackedBytes = std::size_t{256} * 1024;

/// Packed bytes that were read and not unpacked yet.
class PackedBytes {
 public:
  explicit PackedBytes(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), buffer_(kPackedBytes) {}

  /// What there is; reads more if all was taken. Empty at the end.
  absl::StatusOr<std::string_view> Look() {
    if (rest_.empty()) {
      const auto got = source_->Read(buffer_.data(), buffer_.size());
      if (!got.ok()) return got.status();
      rest_ = {buffer_.data(), *got};
    }
    return rest_;
  }

  void Take(std::size_t count) { rest_.remove_prefix(count); }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  std::string_view rest_;
};

absl::Status EndsTooEarly() {
  return absl::DataLossError("its packed bytes end too early: a part of the file is missing");
}

absl::Status Damaged(const char* why) {
  return absl::DataLossError(std::string("its packed bytes are damaged (") + why + ")");
}

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {
    // 16: with a gzip header and trailer.
    if (inflateInit2(&stream_, MAX_WBITS + 16) != Z_OK) throw std::bad_alloc();
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, kMost));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      const auto packed = packed_.Look();
      if (!packed.ok()) return packed.status();
      if (packed->empty()) {
        if (is_inside_) return EndsTooEarly();
        return 0;
      }
      if (absl::Status status = Unpack(*packed); !status.ok()) return status;
    }
    return room - stream_.avail_out;
  }

 private:
  static constexpr std::size_t kMost = std::numeric_limits<uInt>::max();

  absl::Status Unpack(std::string_view packed) {
    // Behind the last member gzip(1) passes over zeros, which tapes and disks add.
    if (!is_inside_ && had_member_ && packed.front() == '\0') {
      packed_.Take(1);
      return absl::OkStatus();
    }
    is_inside_ = true;
    // zlib does not write to what it reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    packed_.Take(packed.size() - stream_.avail_in);
    if (result == Z_STREAM_END) {
      is_inside_ = false;
      had_member_ = true;
      inflateReset(&stream_);
      return absl::OkStatus();
    }
    if (result == Z_MEM_ERROR) throw std::bad_alloc();
    if (result != Z_OK) return Damaged(stream_.msg != nullptr ? stream_.msg : "gzip");
    return absl::OkStatus();
  }

  PackedBytes packed_;
  z_stream stream_{};
  bool is_inside_ = true;  // a member has begun, or must begin
  bool had_member_ = false;
};

struct FreeZstd {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    ZSTD_outBuffer out{buffer, size, 0};
    while (out.pos == 0) {
      const auto packed = packed_.Look();
      if (!packed.ok()) return packed.status();
      if (packed->empty() && !has_more_) {
        if (is_inside_) return EndsTooEarly();
        return 0;
      }
      ZSTD_inBuffer in{packed->data(), packed->size(), 0};
      const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(result) != 0U) return Damaged(ZSTD_getErrorName(result));
      packed_.Take(in.pos);
      is_inside_ = result != 0;
      // A full buffer may leave unpacked bytes in the stream's own.
      has_more_ = is_inside_ && out.pos == out.size;
      if (packed->empty() && out.pos == 0) return EndsTooEarly();
    }
    return out.pos;
  }

 private:
  PackedBytes packed_;
  const std::unique_ptr<ZSTD_DStream, FreeZstd> stream_;
  bool is_inside_ = false;
  bool has_more_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<GzipSource>(std::move(packed));
}

std::unique_ptr<ByteSource> UnpackZstd(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<ZstdSource>(std::move(packed));
}

}  // namespace certgate
