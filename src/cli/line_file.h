#ifndef CERTGATE_SRC_CLI_LINE_FILE_H_
#define CERTGATE_SRC_CLI_LINE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// A line of a file, without its line break.
struct FileLine {
  /// Empty if the line is too long.
  std::string_view text;
  /// From 1.
  std::uint64_t number = 0;
  bool is_too_long = false;
};

/// Calls `visit` with each line of a file of any size that is not empty, a last one without a line
/// break too; memory is taken for one line of at most `most_bytes`. Reads pipes as well. `what`
/// says in messages what the file is. The problem is a file that cannot be read to its end.
std::optional<Problem> EachLine(const std::string& path, std::string_view what,
                                std::size_t most_bytes,
                                const std::function<void(const FileLine&)>& visit);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_LINE_FILE_H_
