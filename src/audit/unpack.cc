#include "src/audit/unpack.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "src/audit/byte_source.h"

namespace certgate {
namespace {

using Take = std::function<bool(std::string_view)>;

absl::Status Damaged() { return absl::DataLossError("it is damaged"); }
absl::Status EndsTooEarly() { return absl::DataLossError("it ends too early"); }
absl::Status NoMemory() { return absl::ResourceExhaustedError("there is no memory to unpack it"); }

absl::Status UnpackNothing(ByteSource& source, const Take& take) {
  while (true) {
    const absl::StatusOr<std::string_view> bytes = source.Next();
    if (!bytes.ok() || bytes->empty()) return bytes.status();
    if (!take(*bytes)) return absl::OkStatus();
  }
}

class GzipUnpacker {
 public:
  GzipUnpacker() : is_ready_(inflateInit2(&stream_, kGzipWindow) == Z_OK) {}
  ~GzipUnpacker() { inflateEnd(&stream_); }
  GzipUnpacker(const GzipUnpacker&) = delete;
  GzipUnpacker& operator=(const GzipUnpacker&) = delete;

  absl::Status Run(ByteSource& source, const Take& take) {
    if (!is_ready_) return NoMemory();
    bool is_in_member = true;  // an empty file is no gzip
    while (true) {
      const absl::StatusOr<std::string_view> bytes = source.Next();
      if (!bytes.ok()) return bytes.status();
      if (bytes->empty()) return is_in_member ? EndsTooEarly() : absl::OkStatus();
      // zlib does not change what it reads; its field is not const for old compilers' sake.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes->data()));
      stream_.avail_in = static_cast<uInt>(bytes->size());
      bool has_more = true;
      while (has_more) {
        if (!is_in_member && stream_.avail_in > 0) {
          inflateReset(&stream_);
          is_in_member = true;
        }
        if (!is_in_member) break;
        stream_.next_out = reinterpret_cast<Bytef*>(plain_.data());
        stream_.avail_out = static_cast<uInt>(plain_.size());
        const int result = inflate(&stream_, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return Damaged();
        if (!take(std::string_view(plain_).substr(0, plain_.size() - stream_.avail_out))) {
          return absl::OkStatus();
        }
        is_in_member = result != Z_STREAM_END;
        has_more = stream_.avail_in > 0 || (is_in_member && stream_.avail_out == 0);
      }
    }
  }

 private:
  static constexpr int kGzipWindow = 15 + 16;  // 16: with a header and trailer of gzip

  std::string plain_ = std::string(kPieceOfFile, '\0');
  z_stream stream_ = {};
  const bool is_ready_;
};

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

absl::Status UnpackZstd(ByteSource& source, const Take& take) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (!context) return NoMemory();
  std::string plain(kPieceOfFile, '\0');
  std::size_t wanted = 1;  // an empty file is no zstd; 0 between frames
  while (true) {
    const absl::StatusOr<std::string_view> bytes = source.Next();
    if (!bytes.ok()) return bytes.status();
    if (bytes->empty()) return wanted == 0 ? absl::OkStatus() : EndsTooEarly();
    ZSTD_inBuffer in = {bytes->data(), bytes->size(), 0};
    ZSTD_outBuffer out = {plain.data(), plain.size(), 0};
    do {
      out.pos = 0;
      wanted = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(wanted) != 0) return Damaged();
      if (!take(std::string_view(plain).substr(0, out.pos))) return absl::OkStatus();
    } while (in.pos < in.size || (wanted != 0 && out.pos == out.size));
  }
}

// Compares what it is given with a file, from the file's position on.
class Comparison {
 public:
  explicit Comparison(int fd) : source_(fd) {}

  bool Take(std::string_view bytes) {
    while (!bytes.empty() && is_alike_) {
      if (rest_.empty() && !Fill()) {
        is_alike_ = false;
        return false;
      }
      const std::size_t count = std::min(bytes.size(), rest_.size());
      is_alike_ = bytes.substr(0, count) == rest_.substr(0, count);
      bytes.remove_prefix(count);
      rest_.remove_prefix(count);
    }
    return is_alike_;
  }

  // Whether both were the same to the end.
  absl::StatusOr<bool> Finish() {
    if (is_alike_ && (!rest_.empty() || Fill())) is_alike_ = false;
    if (!status_.ok()) return status_;
    return is_alike_;
  }

 private:
  // False at the end and on an error.
  bool Fill() {
    const absl::StatusOr<std::string_view> bytes = source_.Next();
    status_ = bytes.status();
    rest_ = bytes.ok() ? *bytes : std::string_view();
    return !rest_.empty();
  }

  ByteSource source_;
  std::string_view rest_;
  absl::Status status_;
  bool is_alike_ = true;
};

}  // namespace

absl::Status Unpack(int fd, Packing packing, const Take& take) {
  ByteSource source(fd);
  if (packing == Packing::kGzip) return GzipUnpacker().Run(source, take);
  if (packing == Packing::kZstd) return UnpackZstd(source, take);
  return UnpackNothing(source, take);
}

absl::StatusOr<bool> UnpacksTo(int packed, Packing packing, int plain,
                               const std::function<bool()>& is_stopped) {
  Comparison comparison(plain);
  bool stopped = false;
  const absl::Status status = Unpack(packed, packing, [&](std::string_view bytes) {
    stopped = is_stopped();
    return !stopped && comparison.Take(bytes);
  });
  if (stopped) return absl::CancelledError("stopped");
  if (absl::IsDataLoss(status)) return false;
  if (!status.ok()) return status;
  return comparison.Finish();
}

}  // namespace certgate
