#include "src/trail/trail_files.h"

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trail_writer.h"

namespace certgate {
namespace {

std::vector<std::string> NamesOf(const std::vector<std::string>& paths,
                                 FileOrder order = FileOrder::kBySequence) {
  const auto files = FindTrailFiles(paths, order);
  REQUIRE(files.ok());
  std::vector<std::string> names;
  for (const TrailFile& file : *files) {
    names.push_back(std::filesystem::path(file.path).filename().string());
  }
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("files come in the order of their first records") {
  const testing::ScratchDirectory folder;
  testing::TrailWriter trail;
  const std::string oldest = folder.Write("audit.jsonl.2", trail.File(3, "start", "rotate"));
  const std::string older = folder.Write("audit.jsonl.1", trail.File(3, "rotate", "rotate"));
  const std::string newest = folder.Write("audit.jsonl", trail.File(3, "rotate"));
  const Names expected = {"audit.jsonl.2", "audit.jsonl.1", "audit.jsonl"};
  CHECK(NamesOf({newest, oldest, older}) == expected);
  CHECK(NamesOf({older, newest, oldest, newest}, FileOrder::kByTime) == expected);
  CHECK(NamesOf({folder.path()}) == expected);
}

TEST_CASE("of a directory only the files of trails are taken") {
  const testing::ScratchDirectory folder;
  testing::TrailWriter trail;
  folder.Write("audit.jsonl", trail.File(1));
  folder.Write("audit.jsonl.counts", "counts of denials");
  folder.Write("audit.jsonl.gz.tmp", "half");
  folder.Write("audit.jsonl.new", "");
  folder.Write("policy.yaml", "version: 1");
  CHECK(NamesOf({folder.path()}) == Names{"audit.jsonl"});
}

TEST_CASE("a changed first line does not put a file elsewhere") {
  const testing::ScratchDirectory folder;
  testing::TrailWriter trail;
  const std::string first = folder.Write("b.jsonl", trail.File(3, "start", "rotate"));
  std::string text = trail.File(3, "rotate");
  const std::size_t number = text.find("\"sequence\":6");
  text.replace(number, 12, "\"sequence\":0");
  const std::string second = folder.Write("a.jsonl", text);
  CHECK(NamesOf({second, first}) == Names{"b.jsonl", "a.jsonl"});
}

TEST_CASE("trails of two servers are ordered by time where that is asked for") {
  const testing::ScratchDirectory folder;
  testing::TrailWriter trail;
  const std::string first = folder.Write("b.jsonl", trail.File(30));
  trail.set_head({});
  const std::string second = folder.Write("a.jsonl", trail.File(3));
  CHECK(NamesOf({second, first}, FileOrder::kByTime) == Names{"b.jsonl", "a.jsonl"});
}

TEST_CASE("a directory without audit files is told") {
  const testing::ScratchDirectory folder;
  const auto files = FindTrailFiles({folder.path()}, FileOrder::kByTime);
  CHECK(files.status().code() == absl::StatusCode::kNotFound);
  CHECK(std::string(files.status().message()) ==
        "no audit file is in the directory `" + folder.path() +
            "`: their names hold `.jsonl`; name the files");
}

TEST_CASE("standard input stands alone") {
  CHECK(NamesOf({"-"}) == Names{"-"});
  CHECK(FindTrailFiles({"-", "/etc/hostname"}, FileOrder::kByTime).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace certgate
