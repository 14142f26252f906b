#include <certgate/audit_sink.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>

#include "src/audit/file_descriptor.h"
#include "src/audit/pack.h"
#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;
using testing::ChainedLine;
using testing::HashOf;
using testing::MustOpen;
using testing::ScratchDirectory;

AuditSink::Opening OpeningOf(const ScratchDirectory& scratch) {
  return MustOpen(scratch.PathOf("audit.jsonl"))->Open();
}

void WritePacked(const ScratchDirectory& scratch, const std::string& name, Packing packing,
                 const std::string& content) {
  const FileDescriptor from(open(scratch.Write("plain", content).c_str(), O_RDONLY));
  const FileDescriptor to(open(scratch.PathOf(name).c_str(), O_WRONLY | O_CREAT, 0600));
  REQUIRE(Pack(from.get(), to.get(), packing, [] { return false; }).ok());
  std::filesystem::remove(scratch.PathOf("plain"));
}

TEST_CASE("the first trail of a place begins at its beginning") {
  const ScratchDirectory scratch;
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.place == scratch.PathOf("audit.jsonl"));
  CHECK(opening.last_hash.empty());
  CHECK(opening.last_sequence == 0);
  CHECK(opening.continues.empty());
  CHECK(opening.torn_bytes == 0);
  CHECK(opening.remark.empty());
}

TEST_CASE("a trail goes on from the last record of its file") {
  const ScratchDirectory scratch;
  const std::string first = ChainedLine(1, "");
  const std::string second = ChainedLine(2, HashOf(first));
  scratch.Write("audit.jsonl", first + second);
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_hash == HashOf(second));
  CHECK(opening.last_sequence == 2);
  CHECK(opening.continues.empty());
  CHECK(opening.remark.empty());
}

TEST_CASE("a file without a trail gets a new one and a remark") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl", ChainedLine(1, "") + "{\"message\":\"of an older version\"}\n");
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_hash.empty());
  CHECK(opening.last_sequence == 0);
  CHECK(opening.remark == "the file did not end with a record of a trail; a new trail begins");
}

TEST_CASE("a trail goes on from a last record that was changed and tells so") {
  const ScratchDirectory scratch;
  std::string line = ChainedLine(9, "");
  const std::string hash = HashOf(line);
  line.replace(line.find("enforce"), 7, "observe");
  scratch.Write("audit.jsonl", line);
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_hash == hash);
  CHECK(opening.last_sequence == 9);
  CHECK(opening.remark == "the last record of the file does not fit its hash");
}

TEST_CASE("a trail goes on from the newest closed file when its own is new") {
  const ScratchDirectory scratch;
  const std::string last = ChainedLine(5, "");
  scratch.Write("audit-20261126T061530.000001Z.jsonl", ChainedLine(3, ""));
  scratch.Write("audit-20261126T061530.000002Z.jsonl", ChainedLine(4, "") + last);
  scratch.Write("audit-other-20261126T061530.000003Z.jsonl", ChainedLine(6, ""));
  SECTION("and empty") { scratch.Write("audit.jsonl", ""); }
  SECTION("and not there") {}
  SECTION("and a newer closed file is empty") {
    scratch.Write("audit-20261126T061530.000003Z.jsonl", "");
  }
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.continues == "audit-20261126T061530.000002Z.jsonl");
  CHECK(opening.last_hash == HashOf(last));
  CHECK(opening.last_sequence == 5);
  CHECK(opening.remark.empty());
}

TEST_CASE("a trail goes on from a packed file") {
  const ScratchDirectory scratch;
  std::string lines;
  for (int i = 1; i <= 3000; ++i) lines += ChainedLine(static_cast<std::uint64_t>(i), "");
  const auto [packing, suffix] = GENERATE(std::pair<Packing, std::string>(Packing::kGzip, ".gz"),
                                          std::pair<Packing, std::string>(Packing::kZstd, ".zst"));
  const std::string name = "audit-20261126T061530.000001Z.jsonl" + suffix;
  WritePacked(scratch, name, packing, lines);
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.continues == name);
  CHECK(opening.last_hash == HashOf(ChainedLine(3000, "")));
  CHECK(opening.last_sequence == 3000);
}

TEST_CASE("a trail goes on from the files that logrotate closed") {
  const ScratchDirectory scratch;
  const std::string last = ChainedLine(2, "");
  SECTION("by number") {
    scratch.Write("audit.jsonl.10", ChainedLine(1, ""));
    scratch.Write("audit.jsonl.9", last);
  }
  SECTION("by date") {
    scratch.Write("audit.jsonl-20261125", ChainedLine(1, ""));
    scratch.Write("audit.jsonl-20261126", last);
  }
  SECTION("packed") { WritePacked(scratch, "audit.jsonl.1.gz", Packing::kGzip, last); }
  SECTION("after certgate closed some") {
    scratch.Write("audit-20261126T061530.000001Z.jsonl",
                  ChainedLine(1, "", "2026-11-25T00:00:00.000000Z"));
    scratch.Write("audit.jsonl.1", last);
  }
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_hash == HashOf(last));
  CHECK(opening.last_sequence == 2);
}

TEST_CASE("a trail goes on from the file that certgate closed after logrotate closed some") {
  const ScratchDirectory scratch;
  scratch.Write("audit-20261126T061530.000001Z.jsonl", ChainedLine(8, ""));
  scratch.Write("audit.jsonl.1", ChainedLine(1, "", "2026-11-25T00:00:00.000000Z"));
  CHECK(OpeningOf(scratch).last_sequence == 8);
}

TEST_CASE("a closed file that cannot be read is named in a remark") {
  const ScratchDirectory scratch;
  scratch.Write("audit-20261126T061530.000001Z.jsonl", ChainedLine(1, ""));
  scratch.Write("audit-20261126T061530.000002Z.jsonl.gz", "no gzip");
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_sequence == 0);
  CHECK(opening.continues.empty());
  CHECK(opening.remark ==
        "`audit-20261126T061530.000002Z.jsonl.gz`, where the trail stood last, cannot be read: it "
        "is damaged; a new trail begins");
}

TEST_CASE("a closed file without a trail is named in a remark") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl.1", "{}\n");
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_sequence == 0);
  CHECK_THAT(opening.remark, ContainsSubstring("`audit.jsonl.1`, where the trail stood last, does "
                                               "not end with a record of a trail"));
}

TEST_CASE("directories and links named as closed files are not read") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.PathOf("audit.jsonl.1"));
  scratch.Write("target", ChainedLine(1, ""));
  std::filesystem::create_symlink(scratch.PathOf("target"), scratch.PathOf("audit.jsonl.2"));
  REQUIRE(mkfifo(scratch.PathOf("audit.jsonl.3").c_str(), 0600) == 0);
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.last_sequence == 0);
  CHECK(opening.remark.empty());
}

TEST_CASE("closed files are looked for where a symbolic link leads to") {
  const ScratchDirectory scratch;
  std::filesystem::create_directory(scratch.PathOf("real"));
  scratch.Write("real/log-20261126T061530.000001Z", ChainedLine(6, ""));
  std::filesystem::create_symlink("real/log", scratch.PathOf("audit.jsonl"));
  const AuditSink::Opening opening = OpeningOf(scratch);
  CHECK(opening.place == scratch.PathOf("audit.jsonl"));
  CHECK(opening.continues == "log-20261126T061530.000001Z");
  CHECK(opening.last_sequence == 6);
}

TEST_CASE("a trail is one across restarts") {
  const ScratchDirectory scratch;
  for (int i = 0; i < 3; ++i) {
    const auto log = testing::LogToFile({.path = scratch.PathOf("audit.jsonl")});
    CHECK(testing::AppendDenial(*log).ok());
  }
  CHECK(testing::LinesOf(scratch.PathOf("audit.jsonl")).size() == 9);
  CHECK(testing::WrongWithTrail(scratch.path(), "audit.jsonl") == "");
}

}  // namespace
}  // namespace certgate
