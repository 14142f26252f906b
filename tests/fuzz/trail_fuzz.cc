// Reads any bytes as an audit file: packed or not, whole lines or not, records or not. Nothing may
// crash; no byte is lost between the lines; what a filter finds its quick look had let through; and
// a record that is read can be told.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "src/audit/chain.h"
#include "src/trail/line_block.h"
#include "src/trail/packed_source.h"
#include "src/trail/record_filter.h"
#include "src/trail/record_reader.h"
#include "src/trail/usage.h"
#include "tests/fuzz/require.h"

using certgate::fuzz::Require;

namespace {

// Gives the bytes in pieces, as pipes do.
class PieceSource final : public certgate::ByteSource {
 public:
  explicit PieceSource(std::string_view bytes) : rest_(bytes) {}

  absl::StatusOr<std::size_t> Read(char* buffer, std::size_t size) override {
    const std::size_t count = std::min({size, rest_.size(), std::size_t{1000}});
    std::memcpy(buffer, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

const certgate::RecordFilter& AnyFilter() {
  static const certgate::RecordFilter filter([] {
    certgate::FilterWords words;
    words.callers = {"till-*", "a"};
    words.methods = {"/acme.*"};
    words.since = absl::FromUnixSeconds(1'700'000'000);
    return words;
  }());
  return filter;
}

void CheckLine(std::string_view text) {
  static certgate::RecordReader reader;
  static certgate::ParsedRecord record;
  if (const auto link = certgate::ReadChain(text)) link->IsSound();
  if (!reader.Read(text, record).empty()) return;
  Require(!record.action.empty() && !record.time.empty(), "a record has a kind and a time");
  if (AnyFilter().Matches(record)) {
    // A line that is an object, and not one that only begins or ends as one.
    Require(AnyFilter().MayMatch(text), "the quick look passes over nothing that matches");
  }
  certgate::TrailUsage usage;
  usage.Add(record);
  Require(usage.records() == 1, "a record is counted");
}

void CheckFile(std::unique_ptr<certgate::ByteSource> source, const std::string* expected) {
  certgate::BlockReader reader(std::move(source), "audit.jsonl");
  static certgate::LineBlock block(certgate::kMostLineBytes + 1);
  std::string joined;
  std::uint64_t number = 0;
  while (reader.Next(block).value_or(false)) {
    block.EachLine([&](const certgate::TrailLine& line) {
      Require(line.number == ++number, "lines are numbered without a gap");
      joined.append(line.text).append(line.is_torn ? "" : "\n");
      CheckLine(line.text);
    });
    // What is packed may be large.
    if (expected == nullptr && number > 1000) return;
  }
  Require(expected == nullptr || joined == *expected, "no byte is lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  CheckFile(std::make_unique<PieceSource>(bytes), &bytes);
  CheckFile(certgate::UnpackGzip(std::make_unique<PieceSource>(bytes)), nullptr);
  CheckFile(certgate::UnpackZstd(std::make_unique<PieceSource>(bytes)), nullptr);
  return 0;
}
