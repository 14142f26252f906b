#ifndef CERTGATE_SRC_TRAIL_RECORD_SEARCH_H_
#define CERTGATE_SRC_TRAIL_RECORD_SEARCH_H_

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "src/trail/record_filter.h"
#include "src/trail/record_reader.h"
#include "src/trail/trail_files.h"

namespace certgate {

/// Lines that are no records.
struct BrokenLines {
  std::uint64_t count = 0;
  /// The first of them, and what is wrong with it.
  std::string file;
  std::uint64_t line = 0;
  std::string fault;

  /// Adds those of what was read behind.
  void Add(const BrokenLines& later);
};

/// Reads all records of files in several threads, and asks a filter which are wanted. A line that
/// is no record is counted, unless it is known to be unwanted without reading it.
class RecordSearch {
 public:
  /// Makes of a record what is wanted of it. `line` is the record as it stands in the file.
  using Render = std::function<std::string(const ParsedRecord& record, std::string_view line)>;
  using Print = std::function<void(std::string&& rendered)>;

  /// Keeps a reference.
  explicit RecordSearch(const RecordFilter& filter) : filter_(filter) {}

  /// Calls `render` with each record that is wanted, in any order and from several threads, and
  /// `print` with each result, in the order of the records, from one at a time. Fails if a file
  /// cannot be read; the others are read.
  absl::Status Find(const std::vector<TrailFile>& files, const Render& render, const Print& print);

  /// As `Find`, without an order: `visit(worker, record)` is called from several threads, but for
  /// one `worker` from one only; workers count from 0 to below `UsualWorkers()`.
  using Visit = std::function<void(unsigned worker, const ParsedRecord& record)>;
  absl::Status Each(const std::vector<TrailFile>& files, const Visit& visit);

  const BrokenLines& broken() const { return broken_; }

 private:
  const RecordFilter& filter_;
  BrokenLines broken_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_TRAIL_RECORD_SEARCH_H_
