#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/policy/load_support.h"

namespace certgate {
namespace {

// A directory of its own, removed with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "certgate-load-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// The only diagnostic for a file that cannot be read.
std::string Refusal(const std::string& path) {
  const PolicyLoad load = LoadPolicy(path);
  CHECK(load.policy == nullptr);
  REQUIRE(load.diagnostics.size() == 1);
  CHECK(load.diagnostics[0].location == SourceLocation{});
  CHECK(load.diagnostics[0].file == path);
  return load.diagnostics[0].message;
}

TEST_CASE("a policy file that does not exist is refused by name") {
  CHECK(Refusal("/nowhere/policy.yaml") ==
        "cannot read the policy file `/nowhere/policy.yaml`: no such file or directory");
  CHECK(Refusal("") == "cannot read the policy file ``: no such file or directory");
}

TEST_CASE("a directory is not a policy file") {
  const TemporaryDirectory directory;
  CHECK_THAT(Refusal(directory.File("")), Catch::Matchers::ContainsSubstring("it is a directory"));
}

TEST_CASE("a pipe is refused without waiting for a writer") {
  const TemporaryDirectory directory;
  const std::string path = directory.File("pipe.yaml");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK_THAT(Refusal(path), Catch::Matchers::ContainsSubstring("it is not a regular file"));
}

TEST_CASE("a device is refused") {
  CHECK_THAT(Refusal("/dev/zero"), Catch::Matchers::ContainsSubstring("it is not a regular file"));
}

TEST_CASE("a path with a NUL is not cut short") {
  const TemporaryDirectory directory;
  const std::string path = directory.File("policy.yaml");
  std::ofstream(path) << testing::WithEntry("cn: my-grpc-client");
  CHECK(LoadPolicy(path).policy != nullptr);
  CHECK_THAT(Refusal(path + std::string("\0.txt", 5)),
             Catch::Matchers::ContainsSubstring("NUL character"));
}

TEST_CASE("a symbolic link to a policy is followed") {
  const TemporaryDirectory directory;
  std::ofstream(directory.File("real.yaml")) << testing::WithEntry("cn: my-grpc-client");
  std::filesystem::create_symlink("real.yaml", directory.File("link.yaml"));
  CHECK(LoadPolicy(directory.File("link.yaml")).policy != nullptr);
}

TEST_CASE("a link that leads to itself is refused") {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("link.yaml", directory.File("link.yaml"));
  CHECK_THAT(Refusal(directory.File("link.yaml")),
             Catch::Matchers::ContainsSubstring("too many levels of symbolic links"));
}

TEST_CASE("a file over 64 MiB is refused without reading all of it") {
  const TemporaryDirectory directory;
  const std::string path = directory.File("huge.yaml");
  std::ofstream(path).close();
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40U);
  CHECK(Refusal(path) == "the file is larger than 64 MiB");
}

TEST_CASE("a file that may not be read is refused") {
  if (geteuid() == 0) {
    WARN("root may read every file: nothing to test");
    return;
  }
  const TemporaryDirectory directory;
  const std::string path = directory.File("secret.yaml");
  std::ofstream(path) << testing::WithEntry("cn: my-grpc-client");
  REQUIRE(chmod(path.c_str(), 0) == 0);
  CHECK_THAT(Refusal(path), Catch::Matchers::ContainsSubstring("permission denied"));
}

}  // namespace
}  // namespace certgate
