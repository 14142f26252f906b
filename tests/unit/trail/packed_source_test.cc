#include "src/trail/packed_source.h"

#include <zlib.h>
#include <zstd.h>

#include <string>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
                       Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  REQUIRE(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

struct Unpacked {
  std::string text;
  absl::Status status;
};

Unpacked Read(const std::string& bytes, std::size_t step = 4096) {
  const testing::ScratchDirectory folder;
  auto source = OpenByteSource(folder.Write("file", bytes));
  REQUIRE(source.ok());
  Unpacked result;
  std::string buffer(step, '\0');
  while (true) {
    const auto got = (*source)->Read(buffer.data(), buffer.size());
    result.status = got.status();
    if (!got.ok() || *got == 0) return result;
    result.text.append(buffer, 0, *got);
  }
}

std::string LongText() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + '\n';
  return text;
}

TEST_CASE("plain bytes come as they are, also few of them") {
  for (const std::string text : {"", "a", "abc", "{\"a\":1}\n"}) CHECK(Read(text).text == text);
}

TEST_CASE("gzip and zstd are known by their content and unpacked") {
  const std::string text = LongText();
  for (const std::size_t step : {std::size_t{1000}, std::size_t{1} << 20}) {
    CHECK(Read(Gzip(text), step).text == text);
    CHECK(Read(Zstd(text), step).text == text);
  }
}

TEST_CASE("several members or frames are read as one") {
  CHECK(Read(Gzip("a\n") + Gzip("") + Gzip("b\n")).text == "a\nb\n");
  CHECK(Read(Zstd("a\n") + Zstd("") + Zstd("b\n")).text == "a\nb\n");
}

TEST_CASE("zeros behind the last gzip member are passed over") {
  const Unpacked result = Read(Gzip("a\n") + std::string(512, '\0'));
  CHECK(result.text == "a\n");
  CHECK(result.status.ok());
}

TEST_CASE("packed bytes that end too early are told wherever they end") {
  const std::string text = LongText().substr(0, 2000);
  for (const std::string& packed : {Gzip(text), Zstd(text)}) {
    for (std::size_t size = 4; size < packed.size(); size += 13) {
      const Unpacked result = Read(packed.substr(0, size));
      CAPTURE(size);
      CHECK(result.status.code() == absl::StatusCode::kDataLoss);
      CHECK(text.starts_with(result.text));
    }
  }
}

TEST_CASE("garbage behind packed bytes is told") {
  CHECK(Read(Gzip("a\n") + "garbage").status.code() == absl::StatusCode::kDataLoss);
  CHECK(Read(Zstd("a\n") + "garbage").status.code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("gzip bytes that were changed are told") {
  std::string packed = Gzip(LongText());
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  CHECK(Read(packed).status.code() == absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace certgate
