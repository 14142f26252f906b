#include "src/audit/recent_ids.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>

#include "src/audit/byte_source.h"
#include "src/audit/closed_files.h"
#include "src/audit/file_descriptor.h"
#include "src/audit/file_place.h"
#include "src/audit/predecessor.h"
#include "src/audit/unpack.h"

namespace certgate {
namespace {

constexpr std::size_t kSearchedBytes = std::size_t{4} * 1024 * 1024;

// The last bytes of a plain file, up to its last newline.
std::string EndOf(int fd) {
  struct stat status = {};
  std::string end;
  if (fd < 0 || fstat(fd, &status) != 0) return end;
  const off_t start = std::max<off_t>(0, status.st_size - static_cast<off_t>(kSearchedBytes));
  if (lseek(fd, start, SEEK_SET) != start) return end;
  ByteSource source(fd);
  for (auto bytes = source.Next(); bytes.ok() && !bytes->empty(); bytes = source.Next()) {
    end.append(*bytes);
  }
  end.resize(end.rfind('\n') + 1);  // npos + 1 is 0
  return end;
}

std::string EndOfPacked(int fd, Packing packing) {
  std::string end;
  const absl::Status unpacked = Unpack(fd, packing, [&end](std::string_view bytes) {
    end.append(bytes);
    if (end.size() > 2 * kSearchedBytes) end.erase(0, end.size() - kSearchedBytes);
    return true;
  });
  return unpacked.ok() ? end : std::string();
}

// Of the file before the one that lies at `path`.
std::string EndOfPredecessor(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (error) return {};
  FilePlace place;
  place.directory_path = real.parent_path().string();
  place.name = real.filename().string();
  place.directory =
      FileDescriptor(open(place.directory_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!place.directory.is_open()) return {};
  const std::string name = FindPredecessor(place).name;
  const auto parsed = RotatedNames(place.name).Parse(name);
  if (!parsed) return {};
  const auto file = OpenClosedFile(place, name);
  if (!file.ok()) return {};
  return parsed->packing == Packing::kNone ? EndOf(file->get())
                                           : EndOfPacked(file->get(), parsed->packing);
}

// No text from outside looks like this: its quotes are escaped.
std::string IdAsWritten(std::string_view id) { return "\"id\":\"" + std::string(id) + "\""; }

}  // namespace

std::vector<bool> AreAmongLastRecords(const std::string& path,
                                      const std::vector<std::string_view>& ids) {
  std::vector<bool> found(ids.size(), false);
  const FileDescriptor live(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  for (const std::string& text : {EndOf(live.get()), EndOfPredecessor(path)}) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (text.find(IdAsWritten(ids[i])) != std::string::npos) found[i] = true;
    }
  }
  return found;
}

}  // namespace certgate
