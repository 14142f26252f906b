#ifndef CERTGATE_SRC_AUDIT_TRAIL_END_H_
#define CERTGATE_SRC_AUDIT_TRAIL_END_H_

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace certgate {

/// No record is so long, by far.
inline constexpr std::size_t kLongestLine = 65536;

/// The end of a file of lines.
struct TrailEnd {
  /// The bytes up to and with the last newline, and those behind it: half a line, torn by a crash.
  std::uint64_t whole_bytes = 0;
  std::uint64_t torn_bytes = 0;
  /// The beginning of the torn line, at most 1,024 bytes.
  std::string torn;
  /// The last line that is not empty, without its newline; `kLongestLine` bytes of it at the most.
  /// Empty if there is none.
  std::string last_line;
};

/// Reads the end of the regular file `fd`, from behind: its length does not matter unless it has no
/// newlines. Errors: the file cannot be read.
absl::StatusOr<TrailEnd> ReadTrailEnd(int fd);

/// The first line of the regular file `fd` without its newline, at most `kLongestLine` bytes of it;
/// empty if there is none or it cannot be read.
std::string ReadFirstLine(int fd);

/// Finds the last line that is not empty, as `TrailEnd` has it, in what is read from front to back.
class LastLine {
 public:
  void Add(std::string_view bytes);
  /// Half a line at the end does not count.
  const std::string& text() const { return last_; }

 private:
  std::string last_;
  std::string current_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUDIT_TRAIL_END_H_
