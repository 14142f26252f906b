#include "src/cli/line_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} * 1024;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Problem CannotRead(std::string_view what, const std::string& path, int error) {
  std::string why = std::generic_category().message(error);
  why[0] = AsciiLower(why.substr(0, 1))[0];
  return {"cannot read the " + std::string(what) + " " + QuotePath(path) + ": " + why,
          "check the path and its permissions"};
}

/// Puts lines together from the pieces that are read.
class Lines {
 public:
  Lines(std::size_t most_bytes, const std::function<void(const FileLine&)>& visit)
      : most_bytes_(most_bytes), visit_(visit) {}

  void Add(std::string_view piece) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      if (end == piece.npos) return Append(piece);
      Append(piece.substr(0, end));
      End();
      piece.remove_prefix(end + 1);
    }
  }

  void End() {
    ++number_;
    if (is_too_long_ || !line_.empty()) visit_({line_, number_, is_too_long_});
    line_.clear();
    is_too_long_ = false;
  }

  bool has_rest() const { return is_too_long_ || !line_.empty(); }

 private:
  void Append(std::string_view piece) {
    is_too_long_ = is_too_long_ || piece.size() > most_bytes_ - line_.size();
    if (is_too_long_) {
      line_.clear();
    } else {
      line_ += piece;
    }
  }

  const std::size_t most_bytes_;
  const std::function<void(const FileLine&)>& visit_;
  std::string line_;
  std::uint64_t number_ = 0;
  bool is_too_long_ = false;
};

}  // namespace

std::optional<Problem> EachLine(const std::string& path, std::string_view what,
                                std::size_t most_bytes,
                                const std::function<void(const FileLine&)>& visit) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) return CannotRead(what, path, errno);
  std::vector<char> buffer(kBufferBytes);
  Lines lines(most_bytes, visit);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    lines.Add({buffer.data(), got});
  }
  if (std::ferror(file.get()) != 0) return CannotRead(what, path, errno);
  if (lines.has_rest()) lines.End();
  return std::nullopt;
}

}  // namespace certgate
