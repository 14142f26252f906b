#include "src/audit/packed_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <string>

#include "src/audit/pack.h"
#include "src/audit/unpack.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::NamesIn;
using testing::ReadFile;
using testing::ScratchDirectory;

bool NeverStopped() { return false; }

FilePlace PlaceOf(const ScratchDirectory& scratch) {
  FilePlace place;
  place.directory = FileDescriptor(open(scratch.path().c_str(), O_RDONLY | O_DIRECTORY));
  place.directory_path = scratch.path();
  place.name = "audit.jsonl";
  return place;
}

FileDescriptor Reading(const std::string& path) {
  return FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::string Random(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

absl::StatusOr<std::string> Unpacked(const std::string& path, Packing packing) {
  const FileDescriptor file = Reading(path);
  std::string text;
  const absl::Status status = Unpack(file.get(), packing, [&text](std::string_view bytes) {
    text.append(bytes);
    return true;
  });
  if (!status.ok()) return status;
  return text;
}

void PackTo(const std::string& from, const std::string& to, Packing packing) {
  const FileDescriptor source = Reading(from);
  const FileDescriptor target(open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
  REQUIRE(Pack(source.get(), target.get(), packing, NeverStopped).ok());
}

TEST_CASE("what is packed unpacks to the same") {
  const ScratchDirectory scratch;
  const Packing packing = GENERATE(Packing::kGzip, Packing::kZstd);
  for (const std::string& content : {std::string(), std::string("one\n"), std::string(5000000, 'x'),
                                     Random(131072), Random(131073), Random(1000000)}) {
    PackTo(scratch.Write("plain", content), scratch.PathOf("packed"), packing);
    const absl::StatusOr<std::string> unpacked = Unpacked(scratch.PathOf("packed"), packing);
    REQUIRE(unpacked.ok());
    CHECK((*unpacked == content));
  }
}

TEST_CASE("the usual tools unpack what is packed") {
  const ScratchDirectory scratch;
  scratch.Write("plain", "one\ntwo\n");
  PackTo(scratch.PathOf("plain"), scratch.PathOf("packed.gz"), Packing::kGzip);
  const std::string command =
      "gzip -dc '" + scratch.PathOf("packed.gz") + "' >'" + scratch.PathOf("unpacked") + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(ReadFile(scratch.PathOf("unpacked")) == "one\ntwo\n");
}

TEST_CASE("several packed files one after the other are one") {
  const ScratchDirectory scratch;
  const Packing packing = GENERATE(Packing::kGzip, Packing::kZstd);
  PackTo(scratch.Write("plain", "one\n"), scratch.PathOf("first"), packing);
  PackTo(scratch.Write("plain", Random(300000)), scratch.PathOf("second"), packing);
  scratch.Write("both", ReadFile(scratch.PathOf("first")) + ReadFile(scratch.PathOf("second")));
  const absl::StatusOr<std::string> unpacked = Unpacked(scratch.PathOf("both"), packing);
  REQUIRE(unpacked.ok());
  CHECK((*unpacked == "one\n" + Random(300000)));
}

TEST_CASE("a packed file that is cut or damaged is an error") {
  const ScratchDirectory scratch;
  const Packing packing = GENERATE(Packing::kGzip, Packing::kZstd);
  PackTo(scratch.Write("plain", Random(1000)), scratch.PathOf("packed"), packing);
  const std::string packed = ReadFile(scratch.PathOf("packed"));
  for (std::size_t size = 0; size < packed.size(); size += 13) {
    scratch.Write("cut", packed.substr(0, size));
    CHECK(Unpacked(scratch.PathOf("cut"), packing).status().message() == "it ends too early");
  }
  std::string damaged = packed;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  scratch.Write("damaged", damaged);
  CHECK(Unpacked(scratch.PathOf("damaged"), packing).status().message() == "it is damaged");
}

TEST_CASE("a closed file is replaced by a packed one with the same mode and time") {
  const ScratchDirectory scratch;
  const Packing packing = GENERATE(Packing::kGzip, Packing::kZstd);
  const std::string path = scratch.Write("closed", Random(500000));
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  const timespec times[2] = {{1000, 5}, {2000, 7}};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  REQUIRE(ReplaceByPacked(PlaceOf(scratch), "closed", packing, NeverStopped).ok());
  const std::string packed = "closed" + std::string(SuffixOf(packing));
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{packed});
  struct stat status = {};
  REQUIRE(stat(scratch.PathOf(packed).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(status.st_mtim.tv_sec == 2000);
  CHECK((*Unpacked(scratch.PathOf(packed), packing) == Random(500000)));
}

TEST_CASE("a packed file beside the closed one is taken if it holds the same") {
  const ScratchDirectory scratch;
  scratch.Write("closed", "one\ntwo\n");
  PackTo(scratch.PathOf("closed"), scratch.PathOf("closed.gz"), Packing::kGzip);
  const std::string packed = ReadFile(scratch.PathOf("closed.gz"));
  REQUIRE(ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kGzip, NeverStopped).ok());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"closed.gz"});
  CHECK(ReadFile(scratch.PathOf("closed.gz")) == packed);
}

TEST_CASE("a packed file beside the closed one that holds something else is left alone") {
  const ScratchDirectory scratch;
  const std::string other = GENERATE("one\n", "one\ntwo\nthree\n", "one\ntwo!", "");
  scratch.Write("closed", other);
  PackTo(scratch.PathOf("closed"), scratch.PathOf("closed.gz"), Packing::kGzip);
  scratch.Write("closed", "one\ntwo\n");
  const std::string packed = ReadFile(scratch.PathOf("closed.gz"));
  const absl::Status status =
      ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kGzip, NeverStopped);
  CHECK(status.message() == "`closed.gz` holds something else; look at both and remove one");
  CHECK(ReadFile(scratch.PathOf("closed")) == "one\ntwo\n");
  CHECK(ReadFile(scratch.PathOf("closed.gz")) == packed);
}

TEST_CASE("an unfinished packed file is made anew") {
  const ScratchDirectory scratch;
  scratch.Write("closed", "one\ntwo\n");
  scratch.Write("closed.zst.tmp", "half");
  REQUIRE(ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kZstd, NeverStopped).ok());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"closed.zst"});
}

TEST_CASE("packing that is stopped leaves the closed file alone") {
  const ScratchDirectory scratch;
  scratch.Write("closed", Random(1000000));
  for (const int pieces : {0, 3, 9, 12}) {
    int left = pieces;
    const absl::Status status = ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kZstd,
                                                [&left] { return left-- == 0; });
    CHECK(status.code() == absl::StatusCode::kCancelled);
    CHECK((ReadFile(scratch.PathOf("closed")) == Random(1000000)));
  }
  REQUIRE(ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kZstd, NeverStopped).ok());
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"closed.zst"});
}

TEST_CASE("a packed file for which there is no room leaves the closed one alone") {
  const ScratchDirectory scratch;
  scratch.Write("closed", Random(500000));
  const int result = testing::InChild([&scratch] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small = {100000, 100000};
    if (setrlimit(RLIMIT_FSIZE, &small) != 0) return 1;
    const absl::Status status =
        ReplaceByPacked(PlaceOf(scratch), "closed", Packing::kGzip, NeverStopped);
    return status.message() == "it cannot be written: File too large" ? 0 : 2;
  });
  CHECK(result == 0);
  CHECK(NamesIn(scratch.path()) == std::vector<std::string>{"closed"});
  CHECK((ReadFile(scratch.PathOf("closed")) == Random(500000)));
}

}  // namespace
}  // namespace certgate
