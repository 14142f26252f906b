#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/authorization/watch_probe.h"

namespace certgate {
namespace {

namespace fs = std::filesystem;
using testing::ScratchDirectory;

/// A volume as the kubelet lays it out.
class KubernetesVolume {
 public:
  explicit KubernetesVolume(const ScratchDirectory& scratch) : scratch_(scratch) {
    Publish("..2026_11_25_1", "old");
    fs::create_symlink("..data/policy.yaml", policy());
  }

  std::string policy() const { return scratch_.PathOf("policy.yaml"); }

  /// Writes a new directory and renames a new `..data` over the old one.
  void Publish(const std::string& directory, const std::string& content) const {
    fs::create_directory(scratch_.PathOf(directory));
    scratch_.Write(directory + "/policy.yaml", content);
    fs::create_symlink(directory, scratch_.PathOf("..data_tmp"));
    fs::rename(scratch_.PathOf("..data_tmp"), scratch_.PathOf("..data"));
  }
  void Remove(const std::string& directory) const { fs::remove_all(scratch_.PathOf(directory)); }

 private:
  const ScratchDirectory& scratch_;
};

void Retarget(const std::string& link, const std::string& target) {
  fs::create_symlink(target, link + ".new");
  fs::rename(link + ".new", link);
}

/// Gives up root's rights for its lifetime, because root may read everything.
class OrdinaryUser {
 public:
  OrdinaryUser() {
    if (was_root_) REQUIRE(seteuid(65534) == 0);
  }
  ~OrdinaryUser() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

 private:
  const bool was_root_ = geteuid() == 0;
};

}  // namespace

TEST_CASE("a Kubernetes volume that is swapped is told each time") {
  const ScratchDirectory scratch;
  const KubernetesVolume volume(scratch);
  WatchProbe probe({volume.policy()});
  CHECK(probe.problems().empty());
  volume.Publish("..2026_11_25_2", "new");
  volume.Remove("..2026_11_25_1");
  CHECK(probe.SeesChange());
  CHECK(probe.IsSilent());
  volume.Publish("..2026_11_25_3", "newer");
  CHECK(probe.SeesChange());
  volume.Remove("..2026_11_25_2");
  CHECK(probe.IsSilent());
}

TEST_CASE("a directory of links in a Kubernetes volume is told when the volume is swapped") {
  const ScratchDirectory scratch;
  const KubernetesVolume volume(scratch);
  WatchProbe probe({scratch.path()});
  volume.Publish("..2026_11_25_2", "new");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("..2026_11_25_2/policy.yaml"), O_TRUNC).Write("edited");
  CHECK(probe.SeesChange());
}

TEST_CASE("a link that is retargeted anywhere in a chain is told") {
  const ScratchDirectory scratch;
  for (const char* name : {"a", "b", "c"}) {
    fs::create_directory(scratch.PathOf(name));
    scratch.Write(std::string(name) + "/file", name);
  }
  fs::create_symlink("a", scratch.PathOf("directory"));
  fs::create_symlink(scratch.PathOf("directory/file"), scratch.PathOf("second"));
  fs::create_symlink("second", scratch.PathOf("first"));
  WatchProbe probe({scratch.PathOf("first")});
  CHECK(probe.problems().empty());
  Retarget(scratch.PathOf("directory"), "b");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("b/file"), O_APPEND).Write("x");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("a/file"), O_APPEND).Write("x");
  CHECK(probe.IsSilent());
  Retarget(scratch.PathOf("second"), "c/file");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("c/file"), O_APPEND).Write("x");
  CHECK(probe.SeesChange());
  Retarget(scratch.PathOf("first"), "a/file");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("a/file"), O_APPEND).Write("x");
  CHECK(probe.SeesChange());
}

TEST_CASE("a link that is replaced by a file is told when the file is written") {
  const ScratchDirectory scratch;
  fs::create_symlink("nowhere", scratch.PathOf("policy.yaml"));
  WatchProbe probe({scratch.PathOf("policy.yaml")});
  fs::remove(scratch.PathOf("policy.yaml"));
  scratch.Write("policy.yaml", "new");
  CHECK(probe.SeesChange());
}

TEST_CASE("in a directory of CRLs an added a changed and a removed entry are told") {
  const ScratchDirectory scratch;
  scratch.Write("a.pem", "a");
  WatchProbe probe({scratch.path()});
  scratch.Write("b.pem", "b");
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("a.pem"), O_APPEND).Write("more");
  CHECK(probe.SeesChange());
  fs::remove(scratch.PathOf("b.pem"));
  CHECK(probe.SeesChange());
  scratch.Write(".a.pem.swp", "x");
  CHECK(probe.IsSilent());
}

TEST_CASE("a directory that is deleted and made again is told each time") {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.PathOf("config"));
  scratch.Write("config/policy.yaml", "old");
  WatchProbe probe({scratch.PathOf("config/policy.yaml")});
  for (int round = 0; round < 3; ++round) {
    fs::remove_all(scratch.PathOf("config"));
    CHECK(probe.SeesChange());
    CHECK(probe.IsSilent());
    fs::create_directory(scratch.PathOf("config"));
    CHECK(probe.SeesChange());
    scratch.Write("config/policy.yaml", "new");
    CHECK(probe.SeesChange());
    CHECK(probe.IsSilent());
  }
}

TEST_CASE("a directory high above the file that is replaced is told") {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.PathOf("a/b/c"));
  fs::create_directories(scratch.PathOf("new/b/c"));
  scratch.Write("a/b/c/policy.yaml", "old");
  scratch.Write("new/b/c/policy.yaml", "new");
  WatchProbe probe({scratch.PathOf("a/b/c/policy.yaml")});
  fs::rename(scratch.PathOf("a"), scratch.PathOf("old"));
  fs::rename(scratch.PathOf("new"), scratch.PathOf("a"));
  CHECK(probe.SeesChange());
  OpenFile(scratch.PathOf("old/b/c/policy.yaml"), O_APPEND).Write("x");
  CHECK(probe.IsSilent());
  OpenFile(scratch.PathOf("a/b/c/policy.yaml"), O_APPEND).Write("x");
  CHECK(probe.SeesChange());
}

TEST_CASE("a path whose parents do not exist yet is told when it appears") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("x/y/policy.yaml");
  WatchProbe probe({path});
  CHECK(probe.problems().empty());
  CHECK(probe.IsSilent());
  fs::create_directory(scratch.PathOf("x"));
  CHECK(probe.SeesChange());
  fs::create_directory(scratch.PathOf("x/y"));
  CHECK(probe.SeesChange());
  scratch.Write("x/y/policy.yaml", "new");
  CHECK(probe.SeesChange());
}

TEST_CASE("a directory that is replaced by a file is told once and does not keep waking") {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.PathOf("config"));
  WatchProbe probe({scratch.PathOf("config/policy.yaml")});
  fs::remove(scratch.PathOf("config"));
  scratch.Write("config", "a file");
  CHECK(probe.SeesChange());
  CHECK(probe.IsSilent());
}

TEST_CASE("links in a circle are reported do not keep waking and are told when mended") {
  const ScratchDirectory scratch;
  fs::create_symlink("b", scratch.PathOf("a"));
  fs::create_symlink("a", scratch.PathOf("b"));
  WatchProbe probe({scratch.PathOf("a")});
  CHECK(probe.problems().size() == 1);
  CHECK(probe.IsSilent());
  scratch.Write("file", "x");
  Retarget(scratch.PathOf("b"), "file");
  CHECK(probe.SeesChange());
  CHECK(probe.problems().empty());
}

TEST_CASE("an unreadable directory is reported does not keep waking and is told when opened") {
  const ScratchDirectory scratch;
  const std::string locked = scratch.PathOf("locked");
  fs::create_directory(locked);
  scratch.Write("locked/policy.yaml", "old");
  fs::permissions(scratch.path(), fs::perms(0755));
  fs::permissions(locked, fs::perms(0));
  {
    const OrdinaryUser user;
    WatchProbe probe({locked + "/policy.yaml"});
    REQUIRE_FALSE(probe.problems().empty());
    CHECK_THAT(probe.problems().back(), Catch::Matchers::ContainsSubstring("permission denied"));
    CHECK(probe.IsSilent());
  }
  WatchProbe probe({locked + "/policy.yaml"});
  fs::permissions(locked, fs::perms(0755));
  CHECK(probe.SeesChange());
}

TEST_CASE("paths that are no longer named are no longer watched") {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.PathOf("other"));
  const std::string before = scratch.Write("other/before.yaml", "x");
  const std::string after = scratch.Write("after.yaml", "x");
  WatchProbe probe({before});
  CHECK(probe.watch().Watch({after}).empty());
  OpenFile(before, O_APPEND).Write("x");
  CHECK(probe.IsSilent());
  OpenFile(after, O_APPEND).Write("x");
  CHECK(probe.watch().Wait(kLongWait) == FileWatch::Wake::kChanged);
}

}  // namespace certgate
