#include "src/audit/predecessor.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string_view>
#include <utility>
#include <vector>

#include "src/audit/closed_files.h"
#include "src/audit/trail_end.h"
#include "src/audit/unpack.h"

namespace certgate {
namespace {

absl::StatusOr<TrailEnd> ReadEnd(const FilePlace& place, const RotatedName& name) {
  const absl::StatusOr<FileDescriptor> file = OpenClosedFile(place, name.name);
  if (!file.ok()) return file.status();
  if (name.packing == Packing::kNone) return ReadTrailEnd(file->get());
  LastLine last;
  const absl::Status status = Unpack(file->get(), name.packing, [&last](std::string_view bytes) {
    last.Add(bytes);
    return true;
  });
  if (!status.ok()) return status;
  TrailEnd end;
  end.last_line = last.text();
  return end;
}

std::string AndSo(const std::string& name, std::string_view why) {
  return "`" + name + "`, where the trail stood last, " + std::string(why) + "; a new trail begins";
}

// What the closed file says from which the trail may go on; nothing if it has no line.
std::optional<Predecessor> Read(const FilePlace& place, const RotatedName& name) {
  Predecessor found;
  const absl::StatusOr<TrailEnd> end = ReadEnd(place, name);
  if (!end.ok()) {
    found.remark = AndSo(name.name, "cannot be read: " + std::string(end.status().message()));
    return found;
  }
  if (end->last_line.empty()) return std::nullopt;
  found.position = ReadPosition(end->last_line);
  if (!found.position) {
    found.remark = AndSo(name.name, "does not end with a record of a trail");
    return found;
  }
  found.name = name.name;
  if (!found.position->is_sound) {
    found.remark = "the last record of `" + name.name + "` does not fit its hash";
  } else if (end->torn_bytes > 0) {
    found.remark = "`" + name.name + "` ends with half a line";
  }
  return found;
}

// Of the files that one tool named, the newest that has a line.
std::optional<Predecessor> NewestOf(const FilePlace& place, const std::vector<ClosedFile>& files,
                                    NamedBy by) {
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (file->name.by != by) continue;
    std::optional<Predecessor> found = Read(place, file->name);
    if (found) return found;
  }
  return std::nullopt;
}

// One tool's newest file is known by its name. Between tools, the record's time decides.
bool IsLater(const Predecessor& a, const Predecessor& b) {
  if (!a.position || !b.position) return a.position.has_value() && !b.position;
  return a.position->time > b.position->time;
}

}  // namespace

Predecessor FindPredecessor(const FilePlace& place) {
  const absl::StatusOr<std::vector<ClosedFile>> files = ListClosedFiles(place);
  if (!files.ok()) {
    return {{}, {}, std::string(files.status().message()) + "; a new trail begins"};
  }
  std::optional<Predecessor> latest;
  for (const NamedBy by : {NamedBy::kCertgate, NamedBy::kLogrotate, NamedBy::kLogrotateDate}) {
    std::optional<Predecessor> found = NewestOf(place, *files, by);
    if (found && (!latest || IsLater(*found, *latest))) latest = std::move(found);
  }
  return latest ? *std::move(latest) : Predecessor();
}

}  // namespace certgate
