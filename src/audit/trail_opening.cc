#include "src/audit/trail_opening.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "src/audit/predecessor.h"
#include "src/audit/trail_position.h"

namespace certgate {
namespace {

void GoOnFrom(const TrailPosition& position, AuditSink::Opening& opening) {
  opening.last_hash = position.hash;
  opening.last_sequence = position.sequence;
}

}  // namespace

AuditSink::Opening FindOpening(const OpenFile& file, const TrailEnd& end, const std::string& path) {
  AuditSink::Opening opening = {.place = path};
  if (end.last_line.empty()) {
    Predecessor predecessor = FindPredecessor(*file.place);
    opening.continues = std::move(predecessor.name);
    opening.remark = std::move(predecessor.remark);
    if (predecessor.position) GoOnFrom(*predecessor.position, opening);
    return opening;
  }
  const std::optional<TrailPosition> position = ReadPosition(end.last_line);
  if (!position) {
    opening.remark = "the file did not end with a record of a trail; a new trail begins";
    return opening;
  }
  if (!position->is_sound) opening.remark = "the last record of the file does not fit its hash";
  GoOnFrom(*position, opening);
  return opening;
}

bool CutTornLine(const OpenFile& file, const TrailEnd& end, AuditSink::Opening& opening) {
  bool is_whole = true;
  if (end.torn_bytes > 0) {
    opening.torn = end.torn;
    opening.torn_bytes = end.torn_bytes;
    // An append-only file (chattr +a) cannot be cut.
    is_whole = ftruncate(file.file.get(), static_cast<off_t>(end.whole_bytes)) == 0;
    if (!is_whole) {
      AddRemark("the torn line could not be cut off: " + std::system_category().message(errno),
                opening);
    }
  }
  lseek(file.file.get(), 0, SEEK_END);
  return is_whole;
}

void AddRemark(std::string_view remark, AuditSink::Opening& opening) {
  if (!opening.remark.empty()) opening.remark.append("; ");
  opening.remark.append(remark);
}

std::string NameNow(const OpenFile& file, const FilePlace& place) {
  std::error_code error;
  const std::filesystem::path path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file.file.get()), error);
  struct stat status = {};
  if (error || stat(path.c_str(), &status) != 0 || FileIdentity(status) != file.identity) return {};
  return path.parent_path() == place.directory_path ? path.filename().string() : path.string();
}

}  // namespace certgate
