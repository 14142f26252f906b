#include "src/authorization/fingerprint.h"

#include <absl/time/clock.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "src/authorization/source_reader.h"
#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {

TEST_CASE("a fingerprint has each file that was read and an empty hash for what could not be") {
  const ScratchDirectory scratch;
  const std::string policy = scratch.Write("policy.yaml", "text");
  SourceReader reader;
  reader.Read(policy, "policy file");
  reader.Read(scratch.PathOf("absent"), "CA file");
  CHECK(FingerprintOf(reader) ==
        Fingerprint{{policy, Sha256Hex("text")}, {scratch.PathOf("absent"), ""}});
}

TEST_CASE("changed files are those that differ and those that are new or gone") {
  const auto changed = ChangedFiles({{"same", "1"}, {"other", "2"}, {"gone", "3"}, {"unread", ""}},
                                    {{"same", "1"}, {"other", "4"}, {"new", "5"}, {"unread", ""}});
  REQUIRE(changed.size() == 3);
  CHECK((changed[0].name == "new" && changed[0].sha256 == "5"));
  CHECK((changed[1].name == "other" && changed[1].sha256 == "4"));
  CHECK((changed[2].name == "gone" && changed[2].sha256.empty()));
  CHECK(ChangedFiles({}, {}).empty());
}

TEST_CASE("a file has changed since a moment if its content was written after it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "text");
  const timespec times[] = {{.tv_sec = 1'000, .tv_nsec = 0}, {.tv_sec = 1'000, .tv_nsec = 5}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  const absl::Time written = absl::FromUnixSeconds(1'000) + absl::Nanoseconds(5);
  CHECK(HasChangedSince({{path, "hash"}}, written - absl::Nanoseconds(1)));
  CHECK_FALSE(HasChangedSince({{path, "hash"}}, written));
  CHECK_FALSE(HasChangedSince({{scratch.PathOf("absent"), ""}}, absl::InfinitePast()));
  CHECK_FALSE(HasChangedSince({}, absl::InfinitePast()));
}

}  // namespace certgate::testing
