#ifndef CERTGATE_TESTS_SUPPORT_SCRATCH_DIRECTORY_H_
#define CERTGATE_TESTS_SUPPORT_SCRATCH_DIRECTORY_H_

#include <filesystem>
#include <string>

namespace certgate::testing {

/// A new directory of one test, removed with all that is in it at the end of its life.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string path() const { return path_.string(); }
  std::string PathOf(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file with mode 0600 and returns its path.
  std::string Write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_SCRATCH_DIRECTORY_H_
