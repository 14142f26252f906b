#include "tests/unit/audit/trail_files.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "src/audit/chain.h"
#include "src/audit/closed_files.h"
#include "src/audit/file_descriptor.h"
#include "src/audit/trail_position.h"
#include "src/audit/unpack.h"
#include "tests/unit/audit/sample_record.h"

namespace certgate::testing {
namespace {

FilePlace PlaceIn(const std::string& directory, const std::string& live) {
  FilePlace place;
  place.directory = FileDescriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  place.directory_path = directory;
  place.name = live;
  return place;
}

Packing PackingOf(std::string_view path) {
  if (path.ends_with(".gz")) return Packing::kGzip;
  return path.ends_with(".zst") ? Packing::kZstd : Packing::kNone;
}

// What is wrong with a record that comes after `last`; empty if nothing is.
std::string WrongWith(const std::string& line, const ChainHead& last) {
  const std::optional<ChainLink> link = ReadChain(line);
  const std::optional<TrailPosition> position = ReadPosition(line);
  if (!link || !position) return "no record of a trail";
  if (!link->IsSound()) return "changed";
  if (link->previous != last.hash.text()) return "not chained to the record before";
  if (position->sequence != last.sequence + 1) {
    return "number " + std::to_string(position->sequence) + " after " +
           std::to_string(last.sequence);
  }
  return "";
}

}  // namespace

std::unique_ptr<AuditSink> MustOpen(AuditFileOptions options) {
  absl::StatusOr<std::unique_ptr<AuditSink>> sink = OpenAuditFile(std::move(options));
  if (!sink.ok()) throw std::runtime_error(sink.status().ToString());
  return *std::move(sink);
}

std::unique_ptr<AuditLog> LogToFile(AuditFileOptions options, Durability durability) {
  AuditOptions log;
  log.places.push_back({.sink = MustOpen(std::move(options))});
  log.service = {"greeter-server", "0.1.0"};
  log.durability = durability;
  absl::StatusOr<std::unique_ptr<AuditLog>> made = AuditLog::Create(std::move(log));
  if (!made.ok()) throw std::runtime_error(made.status().ToString());
  return *std::move(made);
}

absl::Status AppendDenial(AuditLog& log) {
  static const PeerIdentity caller = SampleCaller();
  return log.Append(DeniedRecord(caller));
}

std::string ChainedLine(std::uint64_t sequence, const std::string& previous,
                        const std::string& time) {
  std::string line = "{\"@timestamp\":\"" + time +
                     "\",\"event\":{\"sequence\":" + std::to_string(sequence) +
                     "},\"certgate\":{\"mode\":\"enforce\"";
  EndRecord(0, ChainHash::Parse(previous).value_or(ChainHash()), nullptr, line);
  return line;
}

std::string HashOf(const std::string& line) {
  std::string_view record = line;
  if (record.ends_with('\n')) record.remove_suffix(1);
  const std::optional<ChainLink> link = ReadChain(record);
  return link ? std::string(link->hash) : std::string();
}

std::vector<std::string> TrailNames(const std::string& directory, const std::string& live) {
  std::vector<std::string> names;
  const absl::StatusOr<std::vector<ClosedFile>> files = ListClosedFiles(PlaceIn(directory, live));
  if (!files.ok()) throw std::runtime_error(files.status().ToString());
  for (const ClosedFile& file : *files) names.push_back(file.name.name);
  names.push_back(live);
  return names;
}

std::vector<std::string> LinesOf(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  const absl::Status status = Unpack(file.get(), PackingOf(path), [&text](std::string_view bytes) {
    text.append(bytes);
    return true;
  });
  if (!status.ok()) throw std::runtime_error(path + ": " + status.ToString());
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string WrongWithTrail(const std::string& directory, const std::string& live) {
  ChainHead last;
  for (const std::string& name : TrailNames(directory, live)) {
    std::size_t number = 0;
    for (const std::string& line : LinesOf(directory + "/" + name)) {
      ++number;
      const std::string wrong = WrongWith(line, last);
      if (!wrong.empty()) return name + ":" + std::to_string(number) + ": " + wrong;
      last = {*ChainHash::Parse(HashOf(line)), last.sequence + 1};
    }
  }
  return last.sequence == 0 ? "no records" : "";
}

}  // namespace certgate::testing
