#include "src/authorization/source_reader.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/evp.h>

#include <utility>

#include "src/files/directory_files.h"
#include "src/files/regular_file.h"

namespace certgate {
namespace {

/// Puts before what is wrong with a file or directory which one it is.
void Name(Problem& problem, const char* verb, std::string_view what, const std::string& path) {
  problem.message = absl::StrCat("cannot ", verb, " the ", std::string(what), " `",
                                 absl::Utf8SafeCEscape(path), "`: ", problem.message);
}

SourceReader::Content ReadBounded(const std::string& path) {
  SourceReader::Content content = ReadRegularFile(path, kMaxSourceBytes);
  const auto* bytes = std::get_if<std::string>(&content);
  if (bytes == nullptr || bytes->size() <= kMaxSourceBytes) return content;
  return Problem{absl::StrCat("it is longer than ", kMaxSourceBytes / 1024 / 1024, " MiB"),
                 "split it, or check the path"};
}

}  // namespace

const SourceReader::Content& SourceReader::Read(const std::string& path, std::string_view what) {
  if (const auto known = contents_.find(path); known != contents_.end()) return known->second;
  Content content = ReadBounded(path);
  LoadedFile file{path, ""};
  if (const auto* bytes = std::get_if<std::string>(&content)) {
    file.sha256 = Sha256Hex(*bytes);
    // A file that cannot be told from others must not be loaded.
    if (file.sha256.empty()) content = Problem{"its SHA-256 cannot be computed", "check OpenSSL"};
  }
  if (auto* problem = std::get_if<Problem>(&content)) Name(*problem, "read", what, path);
  files_.push_back(std::move(file));
  return contents_.emplace(path, std::move(content)).first->second;
}

const std::variant<std::vector<std::string>, Problem>& SourceReader::List(
    const std::string& directory, std::string_view what) {
  if (const auto known = listings_.find(directory); known != listings_.end()) return known->second;
  auto listing = ListDirectoryFiles(directory);
  if (auto* problem = std::get_if<Problem>(&listing)) Name(*problem, "list", what, directory);
  return listings_.emplace(directory, std::move(listing)).first->second;
}

std::string Sha256Hex(std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 EVP_sha256(), nullptr) != 1) {
    return "";
  }
  digest.resize(size);
  return absl::BytesToHexString(digest);
}

}  // namespace certgate
