#include "src/authorization/watched_paths.h"

#include <filesystem>
#include <string>

#include "src/files/directory_files.h"
#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string, std::less<>>;
using testing::ScratchDirectory;

/// A scratch directory by its path without links.
struct Place {
  ScratchDirectory scratch;
  std::string path = fs::canonical(scratch.path()).string();

  WatchedDirectory Find(const WatchedPaths& watched, const std::string& name = "") const {
    const auto found = watched.directories.find(name.empty() ? path : path + "/" + name);
    return found == watched.directories.end() ? WatchedDirectory{} : found->second;
  }
};

}  // namespace

TEST_CASE("a file is watched in its directory and in all above it") {
  const Place place;
  const WatchedPaths watched = ResolveWatchedPaths({place.scratch.Write("policy.yaml", "x")});
  CHECK(place.Find(watched).names == Names{"policy.yaml"});
  CHECK(place.Find(watched).holds_files);
  CHECK(watched.directories.contains("/"));
  CHECK_FALSE(watched.directories.at("/").holds_files);
  CHECK(watched.problems.empty());
  CHECK(watched == ResolveWatchedPaths({place.scratch.PathOf("policy.yaml")}));
}

TEST_CASE("the links of a Kubernetes volume are watched up to the file") {
  const Place place;
  fs::create_directory(place.path + "/..2026_11_25");
  place.scratch.Write("..2026_11_25/policy.yaml", "x");
  fs::create_symlink("..2026_11_25", place.path + "/..data");
  fs::create_symlink("..data/policy.yaml", place.path + "/policy.yaml");
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/policy.yaml"});
  CHECK(place.Find(watched).names == Names{"..2026_11_25", "..data", "policy.yaml"});
  CHECK(place.Find(watched, "..2026_11_25").names == Names{"policy.yaml"});
}

TEST_CASE("a path that does not exist is watched as far as it does") {
  const Place place;
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/later/policy.yaml"});
  CHECK(place.Find(watched).names == Names{"later"});
  CHECK_FALSE(place.Find(watched).holds_files);
  CHECK(watched.problems.empty());
}

TEST_CASE("dots slashes and absolute links lead where the kernel says") {
  const Place place;
  fs::create_directories(place.path + "/real/deep");
  place.scratch.Write("real/policy.yaml", "x");
  fs::create_symlink(place.path + "/real/deep", place.path + "/link");
  // The parent of a link's target, not of the link.
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "//./link/../policy.yaml"});
  CHECK(place.Find(watched).names == Names{"link", "real"});
  CHECK(place.Find(watched, "real").names == Names{"deep", "policy.yaml"});
}

TEST_CASE("a relative path begins at the working directory") {
  const Place place;
  const fs::path before = fs::current_path();
  fs::current_path(place.path);
  const WatchedPaths watched = ResolveWatchedPaths({"policy.yaml"});
  fs::current_path(before);
  CHECK(place.Find(watched).names == Names{"policy.yaml"});
}

TEST_CASE("of a directory every entry counts but dot files and linked entries are followed") {
  const Place place;
  fs::create_directories(place.path + "/crls");
  fs::create_directories(place.path + "/elsewhere");
  place.scratch.Write("crls/a.pem", "x");
  fs::create_symlink("../elsewhere/b.pem", place.path + "/crls/b.pem");
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/crls/"});
  const WatchedDirectory crls = place.Find(watched, "crls");
  CHECK(crls.Concerns("new.pem"));
  CHECK_FALSE(crls.Concerns(".new.pem.swp"));
  CHECK(place.Find(watched, "elsewhere").names == Names{"b.pem"});
}

TEST_CASE("links in a circle are told and watched") {
  const Place place;
  fs::create_symlink("b", place.path + "/a");
  fs::create_symlink("a", place.path + "/b");
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/a"});
  CHECK(place.Find(watched).names == Names{"a", "b"});
  REQUIRE(watched.problems.size() == 1);
  CHECK_THAT(*watched.problems.begin(),
             Catch::Matchers::ContainsSubstring("too many levels of symbolic links"));
}

TEST_CASE("paths that cannot be are told with their control characters escaped") {
  const WatchedPaths watched = ResolveWatchedPaths({"", std::string("/tmp/a\0b\n", 9)});
  CHECK(watched.directories.empty());
  CHECK(watched.problems ==
        std::set<std::string>{
            "cannot watch ``: the path is empty; name a file or a directory",
            "cannot watch `/tmp/a\\000b\\n`: the path holds a NUL character; name a file or a "
            "directory"});
}

TEST_CASE("a name of 300 characters is told") {
  const Place place;
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/" + std::string(300, 'x')});
  REQUIRE(watched.problems.size() == 1);
  CHECK_THAT(*watched.problems.begin(), Catch::Matchers::ContainsSubstring("file name too long"));
}

TEST_CASE("the number of watched directories is bounded") {
  const Place place;
  fs::create_directory(place.path + "/crls");
  for (std::size_t i = 0; i <= kMaxWatchedDirectories; ++i) {
    const std::string name = std::to_string(i);
    fs::create_directory(place.path + "/" + name);
    fs::create_symlink("../" + name + "/crl.pem", place.path + "/crls/" + name);
  }
  const WatchedPaths watched = ResolveWatchedPaths({place.path + "/crls"});
  CHECK(watched.directories.size() == kMaxWatchedDirectories);
  REQUIRE(watched.problems.size() == 1);
  CHECK_THAT(*watched.problems.begin(),
             Catch::Matchers::ContainsSubstring("more than 4096 directories"));
}

TEST_CASE("the number of entries that are looked at is bounded") {
  const Place place;
  const std::string file = place.scratch.Write("file", "x");
  for (std::size_t i = 0; i < kMaxListedEntries; ++i) {
    fs::create_hard_link(file, place.path + "/" + std::to_string(i));
  }
  const WatchedPaths watched = ResolveWatchedPaths({place.path});
  REQUIRE(watched.problems.size() == 1);
  CHECK_THAT(*watched.problems.begin(),
             Catch::Matchers::ContainsSubstring("more than 10000 entries"));
}

}  // namespace certgate
