#include "src/trail/trail_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <utility>
#include <variant>

#include "src/audit/chain.h"
#include "src/files/directory_files.h"
#include "src/files/regular_file.h"
#include "src/trail/line_block.h"
#include "src/trail/record_reader.h"

namespace certgate {
namespace {

// What a server keeps beside its trail, or is about to put into its place, is no part of it.
bool IsTrailName(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.find(".jsonl") != name.npos && !name.ends_with(".counts") &&
         !name.ends_with(".new") && !name.ends_with(".tmp");
}

absl::Status AddDirectory(const std::string& directory, std::vector<std::string>& files) {
  auto listed = ListDirectoryFiles(directory);
  if (const auto* problem = std::get_if<Problem>(&listed)) {
    return absl::UnavailableError("cannot read the directory `" + directory +
                                  "`: " + problem->message + "; " + problem->hint);
  }
  const std::size_t before = files.size();
  for (std::string& path : std::get<std::vector<std::string>>(listed)) {
    if (IsTrailName(path)) files.push_back(std::move(path));
  }
  if (files.size() > before) return absl::OkStatus();
  return absl::NotFoundError("no audit file is in the directory `" + directory +
                             "`: their names hold `.jsonl`; name the files");
}

absl::StatusOr<std::vector<std::string>> Expand(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    struct stat status {};
    const bool is_there = path != "-" && stat(path.c_str(), &status) == 0;
    if (is_there && S_ISDIR(status.st_mode)) {
      if (absl::Status added = AddDirectory(path, files); !added.ok()) return added;
      continue;
    }
    if (paths.size() > 1 && (path == "-" || (is_there && !S_ISREG(status.st_mode)))) {
      return absl::InvalidArgumentError(
          "`" + path +
          "` is given with others, and is no file that can be read twice to find "
          "their order; give it alone");
    }
    files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

/// Looks for the first record of a file.
class Beginning {
 public:
  explicit Beginning(TrailFile& file) : file_(file) {}

  void Look(const TrailLine& line) {
    if (is_sound_ || !reader_.Read(line.text, record_).empty()) return;
    const std::optional<ChainLink> link = ReadChain(line.text);
    is_sound_ = link.has_value() && link->IsSound();
    if (!is_sound_ && !file_.time.empty()) return;
    file_.sequence = record_.sequence;
    file_.time = record_.time;
    file_.place = record_.action == "audit-open" ? record_.place : std::string_view();
    file_.hash = is_sound_ ? link->hash : std::string_view();
    file_.previous = is_sound_ ? link->previous : std::string_view();
  }

 private:
  TrailFile& file_;
  RecordReader reader_;
  ParsedRecord record_;
  bool is_sound_ = false;
};

absl::StatusOr<TrailFile> LookInto(const std::string& path, LineBlock& block) {
  TrailFile file;
  file.path = path;
  auto reader = BlockReader::Open(path);
  if (!reader.ok()) return reader.status();
  Beginning beginning(file);
  // A failure comes again when the file is read, and is told then.
  if (reader->Next(block).value_or(false)) {
    block.EachLine([&](const TrailLine& line) { beginning.Look(line); });
  }
  return file;
}

}  // namespace

absl::StatusOr<std::vector<TrailFile>> FindTrailFiles(const std::vector<std::string>& paths,
                                                      FileOrder order) {
  const auto expanded = Expand(paths);
  if (!expanded.ok()) return expanded.status();
  std::vector<TrailFile> files;
  if (expanded->size() == 1) {
    files.emplace_back().path = expanded->front();
    return files;
  }
  LineBlock block(kMostLineBytes + kMostLineBytes / 4);
  for (const std::string& path : *expanded) {
    auto file = LookInto(path, block);
    if (!file.ok()) return file.status();
    files.push_back(*std::move(file));
  }
  std::stable_sort(files.begin(), files.end(), [&](const TrailFile& a, const TrailFile& b) {
    if (order == FileOrder::kByTime) {
      return std::tie(a.time, a.sequence) < std::tie(b.time, b.sequence);
    }
    return std::tie(a.sequence, a.time) < std::tie(b.sequence, b.time);
  });
  return files;
}

}  // namespace certgate
