#include "src/authorization/source_reader.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "src/files/directory_files.h"
#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"

namespace certgate {
namespace {

namespace fs = std::filesystem;
using testing::ScratchDirectory;

// The examples of FIPS 180-4 for nothing and for "abc".
constexpr char kSha256OfNothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kSha256OfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string TextOf(const SourceReader::Content& content) {
  const auto* text = std::get_if<std::string>(&content);
  return text == nullptr ? "(unreadable)" : *text;
}

std::string ErrorOf(const SourceReader::Content& content) {
  const auto* problem = std::get_if<Problem>(&content);
  return problem == nullptr ? "(readable)" : problem->message + "; " + problem->hint;
}

}  // namespace

TEST_CASE("a file is read once whatever happens to it afterwards") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("policy.yaml", "abc");
  SourceReader reader;
  CHECK(TextOf(reader.Read(path, "policy file")) == "abc");
  scratch.Write("policy.yaml", "other");
  CHECK(TextOf(reader.Read(path, "policy file")) == "abc");
  fs::remove(path);
  CHECK(TextOf(reader.Read(path, "policy file")) == "abc");
  REQUIRE(reader.files().size() == 1);
  CHECK(reader.files()[0].name == path);
  CHECK(reader.files()[0].sha256 == kSha256OfAbc);
}

TEST_CASE("files are listed in the order in which they were read with their hashes") {
  const ScratchDirectory scratch;
  SourceReader reader;
  reader.Read(scratch.Write("b", ""), "CA file");
  reader.Read(scratch.PathOf("missing"), "CA file");
  reader.Read(scratch.Write("a", "abc"), "CA file");
  REQUIRE(reader.files().size() == 3);
  CHECK(reader.files()[0].sha256 == kSha256OfNothing);
  CHECK(reader.files()[1].name == scratch.PathOf("missing"));
  CHECK(reader.files()[1].sha256.empty());
  CHECK(reader.files()[2].sha256 == kSha256OfAbc);
}

TEST_CASE("a file that could not be read stays unreadable for the load") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("policy.yaml");
  SourceReader reader;
  const std::string error = "cannot read the policy file `" + path +
                            "`: no such file or directory; check the path and its permissions";
  CHECK(ErrorOf(reader.Read(path, "policy file")) == error);
  scratch.Write("policy.yaml", "abc");
  CHECK(ErrorOf(reader.Read(path, "policy file")) == error);
}

TEST_CASE("folders pipes and devices are not read and hold nobody up") {
  const ScratchDirectory scratch;
  const std::string pipe = scratch.PathOf("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  SourceReader reader;
  CHECK_THAT(ErrorOf(reader.Read(pipe, "CRL file")),
             Catch::Matchers::ContainsSubstring("it is not a regular file"));
  CHECK_THAT(ErrorOf(reader.Read("/dev/zero", "CRL file")),
             Catch::Matchers::ContainsSubstring("it is not a regular file"));
  CHECK_THAT(ErrorOf(reader.Read(scratch.path(), "CRL file")),
             Catch::Matchers::ContainsSubstring("it is a directory"));
  CHECK_THAT(ErrorOf(reader.Read(std::string("a\0b", 3), "CRL file")),
             Catch::Matchers::ContainsSubstring("`a\\000b`: the path holds a NUL character"));
}

TEST_CASE("a file of 64 MiB is read and a longer one is not") {
  const ScratchDirectory scratch;
  const std::string fits = scratch.Write("fits", "");
  const std::string longer = scratch.Write("longer", "");
  fs::resize_file(fits, kMaxSourceBytes);
  fs::resize_file(longer, kMaxSourceBytes + 1);
  SourceReader reader;
  CHECK(TextOf(reader.Read(fits, "CRL file")).size() == kMaxSourceBytes);
  CHECK_THAT(ErrorOf(reader.Read(longer, "CRL file")),
             Catch::Matchers::ContainsSubstring("it is longer than 64 MiB"));
  CHECK(reader.files()[1].sha256.empty());
}

TEST_CASE("a directory is listed once by names without dot files folders and pipes") {
  const ScratchDirectory scratch;
  const std::string b = scratch.Write("b.pem", "x");
  const std::string upper = scratch.Write("Z.pem", "x");
  scratch.Write(".hidden", "x");
  fs::create_directory(scratch.PathOf("folder"));
  REQUIRE(mkfifo(scratch.PathOf("pipe").c_str(), 0600) == 0);
  fs::create_symlink("b.pem", scratch.PathOf("a.pem"));
  fs::create_symlink("folder", scratch.PathOf("c.pem"));
  const std::vector<std::string> expected = {upper, scratch.PathOf("a.pem"), b};
  SourceReader reader;
  CHECK(std::get<0>(reader.List(scratch.path(), "CRL directory")) == expected);
  scratch.Write("new.pem", "x");
  CHECK(std::get<0>(reader.List(scratch.path(), "CRL directory")) == expected);
  CHECK(std::get<0>(reader.List(scratch.path() + "/", "CRL directory")).size() == 4);
}

TEST_CASE("a link that leads nowhere is listed so that reading it fails") {
  const ScratchDirectory scratch;
  fs::create_symlink("nowhere", scratch.PathOf("a.pem"));
  SourceReader reader;
  const auto files = std::get<0>(reader.List(scratch.path(), "CRL directory"));
  REQUIRE(files.size() == 1);
  CHECK_THAT(ErrorOf(reader.Read(files[0], "CRL file")),
             Catch::Matchers::ContainsSubstring("no such file or directory"));
}

TEST_CASE("what is no directory or has too many entries is not listed") {
  const ScratchDirectory scratch;
  SourceReader reader;
  const auto error = [&](const std::string& path) {
    const auto* problem = std::get_if<Problem>(&reader.List(path, "CRL directory"));
    return problem == nullptr ? "(listed)" : problem->message;
  };
  const std::string file = scratch.Write("file", "x");
  CHECK(error(file) == "cannot list the CRL directory `" + file + "`: not a directory");
  CHECK_THAT(error(scratch.PathOf("missing")),
             Catch::Matchers::ContainsSubstring("no such file or directory"));
  CHECK_THAT(error(std::string("a\0b", 3)),
             Catch::Matchers::ContainsSubstring("the path holds a NUL character"));
  for (std::size_t i = 0; i < kMaxListedEntries; ++i) {
    fs::create_hard_link(file, scratch.PathOf(std::to_string(i)));
  }
  CHECK_THAT(error(scratch.path()),
             Catch::Matchers::ContainsSubstring("it has more than 10000 entries"));
}

}  // namespace certgate
