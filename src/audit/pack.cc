#include "src/audit/pack.h"

#include <zlib.h>
#include <zstd.h>

#include <memory>
#include <string>
#include <string_view>

#include "src/audit/byte_source.h"

namespace certgate {
namespace {

// Takes bytes and gives packed ones.
class Packer {
 public:
  virtual ~Packer() = default;
  /// Packs `bytes`, and all that was held back if they are the last. `put` takes what comes of it.
  virtual absl::Status Take(std::string_view bytes, bool are_last,
                            const std::function<absl::Status(std::string_view)>& put) = 0;
};

absl::Status NoMemory() { return absl::ResourceExhaustedError("there is no memory to pack it"); }

class GzipPacker final : public Packer {
 public:
  GzipPacker()
      : is_ready_(deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow,
                               kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK) {}
  ~GzipPacker() override { deflateEnd(&stream_); }
  GzipPacker(const GzipPacker&) = delete;
  GzipPacker& operator=(const GzipPacker&) = delete;

  absl::Status Take(std::string_view bytes, bool are_last,
                    const std::function<absl::Status(std::string_view)>& put) override {
    if (!is_ready_) return NoMemory();
    // zlib does not change what it reads; its field is not const for old compilers' sake.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
      stream_.avail_out = static_cast<uInt>(packed_.size());
      if (deflate(&stream_, are_last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) {
        return absl::InternalError("zlib refused to pack it");
      }
      const absl::Status status =
          put(std::string_view(packed_).substr(0, packed_.size() - stream_.avail_out));
      if (!status.ok()) return status;
    } while (stream_.avail_out == 0);
    return absl::OkStatus();
  }

 private:
  static constexpr int kGzipWindow = 15 + 16;  // 16: with a header and trailer of gzip
  static constexpr int kMemoryLevel = 8;       // zlib's default

  std::string packed_ = std::string(kPieceOfFile, '\0');
  z_stream stream_ = {};
  const bool is_ready_;
};

class ZstdPacker final : public Packer {
 public:
  ZstdPacker() {
    if (context_) ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  absl::Status Take(std::string_view bytes, bool are_last,
                    const std::function<absl::Status(std::string_view)>& put) override {
    if (!context_) return NoMemory();
    ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
    const ZSTD_EndDirective directive = are_last ? ZSTD_e_end : ZSTD_e_continue;
    std::size_t left = 0;
    do {
      ZSTD_outBuffer out = {packed_.data(), packed_.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      if (ZSTD_isError(left) != 0) {
        return absl::InternalError(std::string("zstd: ") + ZSTD_getErrorName(left));
      }
      const absl::Status status = put(std::string_view(packed_).substr(0, out.pos));
      if (!status.ok()) return status;
    } while (are_last ? left != 0 : in.pos < in.size);
    return absl::OkStatus();
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  std::string packed_ = std::string(kPieceOfFile, '\0');
  const std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
};

}  // namespace

absl::Status Pack(int from, int to, Packing packing, const std::function<bool()>& is_stopped) {
  std::unique_ptr<Packer> packer;
  if (packing == Packing::kGzip) packer = std::make_unique<GzipPacker>();
  if (packing == Packing::kZstd) packer = std::make_unique<ZstdPacker>();
  if (!packer) return absl::InvalidArgumentError("no packing is asked for");
  const auto put = [to](std::string_view bytes) { return WriteBytes(to, bytes); };
  ByteSource source(from);
  while (true) {
    if (is_stopped()) return absl::CancelledError("stopped");
    const absl::StatusOr<std::string_view> bytes = source.Next();
    if (!bytes.ok()) return bytes.status();
    const absl::Status status = packer->Take(*bytes, bytes->empty(), put);
    if (!status.ok() || bytes->empty()) return status;
  }
}

}  // namespace certgate
