#ifndef CERTGATE_SRC_AUTHORIZATION_SOURCE_READER_H_
#define CERTGATE_SRC_AUTHORIZATION_SOURCE_READER_H_

#include <certgate/audit_record.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/files/problem.h"

namespace certgate {

/// The longest file that is read.
inline constexpr std::size_t kMaxSourceBytes = std::size_t{64} * 1024 * 1024;

/// Reads the files of one load, each exactly once, and remembers what it read: what is parsed, what
/// is hashed and what is recorded are the same bytes, even if a file changes meanwhile. Files are
/// told apart by their paths as given. Not thread-safe.
class SourceReader {
 public:
  using Content = std::variant<std::string, Problem>;

  /// The content of the file, or why it cannot be read, now or when it was first asked for. `what`
  /// says in messages what the file is: "policy file". Fails on a folder, pipe or device and on a
  /// file over `kMaxSourceBytes`. Does not wait. The reference is good for the reader's life.
  /// Throws only std::bad_alloc.
  const Content& Read(const std::string& path, std::string_view what);

  /// The paths of the files of a directory, as `ListDirectoryFiles` gives them, listed once like
  /// files are read once. `what`: "CRL directory".
  const std::variant<std::vector<std::string>, Problem>& List(const std::string& directory,
                                                              std::string_view what);

  /// What was read, in the order in which it was first asked for.
  const std::vector<LoadedFile>& files() const { return files_; }

 private:
  std::map<std::string, Content> contents_;
  std::map<std::string, std::variant<std::vector<std::string>, Problem>> listings_;
  std::vector<LoadedFile> files_;
};

/// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hexadecimal digits; empty if OpenSSL fails.
std::string Sha256Hex(std::string_view bytes);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_SOURCE_READER_H_
