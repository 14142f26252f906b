#include "src/trail/record_search.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "src/trail/block_workers.h"
#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trail_writer.h"

namespace certgate {
namespace {

using testing::ScratchDirectory;
using testing::TrailWriter;

std::vector<TrailFile> Files(const std::vector<std::string>& paths) {
  std::vector<TrailFile> files;
  for (const std::string& path : paths) files.emplace_back().path = path;
  return files;
}

std::string ManyRecords() {
  TrailWriter trail;
  return trail.File(12'000);
}

struct Found {
  std::vector<std::string> ids;
  absl::Status status;
  BrokenLines broken;
};

Found Search(const std::vector<std::string>& paths, const FilterWords& words = {}) {
  Found found;
  const RecordFilter filter(words);
  RecordSearch search(filter);
  found.status = search.Find(
      Files(paths),
      [](const ParsedRecord& record, std::string_view) { return std::string(record.id); },
      [&](std::string&& id) { found.ids.push_back(std::move(id)); });
  found.broken = search.broken();
  return found;
}

TEST_CASE("records of several blocks come in their order") {
  const ScratchDirectory folder;
  const std::string text = ManyRecords();
  REQUIRE(text.size() > 2 * LineBlock::kUsualBytes);
  const Found found = Search({folder.Write("audit.jsonl", text)});
  CHECK(found.status.ok());
  CHECK(found.ids.size() == 12'002);
  CHECK(std::is_sorted(found.ids.begin(), found.ids.end()));
}

TEST_CASE("each record is visited once") {
  const ScratchDirectory folder;
  const auto files = Files({folder.Write("audit.jsonl", ManyRecords())});
  const RecordFilter filter({});
  RecordSearch search(filter);
  std::vector<std::uint64_t> counts(UsualWorkers());
  std::vector<std::uint64_t> sums(UsualWorkers());
  REQUIRE(search
              .Each(files,
                    [&](unsigned worker, const ParsedRecord& record) {
                      ++counts[worker];
                      sums[worker] += record.sequence;
                    })
              .ok());
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    count += counts[i];
    sum += sums[i];
  }
  CHECK(count == 12'002);
  CHECK(sum == 12'002ULL * 12'003 / 2);
}

TEST_CASE("broken lines are counted and the first of them is named") {
  const ScratchDirectory folder;
  TrailWriter trail;
  std::string text = trail.File(3);
  text.insert(text.find('\n') + 1, "half a record\n");
  text += "{\"torn";
  const std::string path = folder.Write("audit.jsonl", text);
  const Found found = Search({path});
  CHECK(found.ids.size() == 5);
  CHECK(found.broken.count == 2);
  CHECK(found.broken.file == path);
  CHECK(found.broken.line == 2);
  CHECK(found.broken.fault == "it is no JSON object");
}

TEST_CASE("a file that cannot be read does not hide the others") {
  const ScratchDirectory folder;
  TrailWriter trail;
  const Found found =
      Search({folder.PathOf("missing"), folder.Write("audit.jsonl", trail.File(3))});
  CHECK(found.status.code() == absl::StatusCode::kNotFound);
  CHECK(found.ids.size() == 5);
}

TEST_CASE("what a worker throws ends the search and comes out of it") {
  const ScratchDirectory folder;
  const auto files = Files({folder.Write("audit.jsonl", ManyRecords())});
  const RecordFilter filter({});
  RecordSearch search(filter);
  std::atomic<int> printed = 0;
  CHECK_THROWS_AS(search.Find(
                      files,
                      [](const ParsedRecord& record, std::string_view) -> std::string {
                        if (record.sequence == 7000) throw std::runtime_error("no memory");
                        return "";
                      },
                      [&](std::string&&) { ++printed; }),
                  std::runtime_error);
  CHECK(printed < 7000);
}

}  // namespace
}  // namespace certgate
