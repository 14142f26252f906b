#include <absl/time/clock.h>
#include <certgate/audit_sink.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/small_disk.h"
#include "tests/support/wait_until.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using testing::LinesOf;
using testing::MustOpen;
using testing::NamesIn;
using testing::ReadFile;
using testing::ScratchDirectory;
using testing::SmallDisk;
using testing::WaitUntil;
using Compression = AuditFileOptions::Compression;
using Names = std::vector<std::string>;

std::string Closed(int number, const std::string& suffix = "") {
  return "audit-20261126T06153" + std::to_string(number) + ".000000Z.jsonl" + suffix;
}

TEST_CASE("closed files are compressed and the others left alone") {
  const ScratchDirectory scratch;
  const auto [compression, suffix] =
      GENERATE(std::pair<Compression, std::string>(Compression::kGzip, ".gz"),
               std::pair<Compression, std::string>(Compression::kZstd, ".zst"));
  const Names others = {"audit-b-20261126T061530.000000Z.jsonl", "audit.jsonl.1", "other.jsonl"};
  for (const std::string& name : others) scratch.Write(name, "other\n");
  scratch.Write(Closed(1), "one\n");
  scratch.Write(Closed(2), "two\n");
  const auto sink =
      MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .compression = compression});
  sink->Open();
  CHECK(WaitUntil([&] {
    return NamesIn(scratch.path()) == Names{Closed(1, suffix), Closed(2, suffix), others[0],
                                            "audit.jsonl",     others[1],         others[2]};
  }));
  CHECK(LinesOf(scratch.PathOf(Closed(2, suffix))) == Names{"two"});
}

TEST_CASE("a file is compressed soon after its rotation") {
  const ScratchDirectory scratch;
  const auto sink = MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"),
                                              .rotate_bytes = 65536,
                                              .compression = Compression::kGzip});
  sink->Open();
  CHECK(sink->Write("one\n").status.ok());
  const auto opening = sink->Next(AuditSink::Turn::kRotate, absl::Now());
  REQUIRE(opening.ok());
  const std::string packed = opening->continues + ".gz";
  CHECK(WaitUntil([&] { return NamesIn(scratch.path()) == Names{packed, "audit.jsonl"}; }));
  CHECK(LinesOf(scratch.PathOf(packed)) == Names{"one"});
}

TEST_CASE("what a crash left of a compression is finished or removed") {
  const ScratchDirectory scratch;
  scratch.Write(Closed(1), "one\n");
  {
    const auto sink = MustOpen(
        AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .compression = Compression::kZstd});
    sink->Open();
    REQUIRE(WaitUntil([&] { return NamesIn(scratch.path())[0] == Closed(1, ".zst"); }));
  }
  scratch.Write(Closed(1), "one\n");            // killed before it was removed
  scratch.Write(Closed(2, ".gz.tmp"), "half");  // killed before it was whole
  // Also with another compression than before.
  const auto sink = MustOpen(
      AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .compression = Compression::kGzip});
  sink->Open();
  CHECK(WaitUntil([&] {
    return NamesIn(scratch.path()) == Names{Closed(1, ".zst"), "audit.jsonl"};
  }));
}

TEST_CASE("the oldest closed files are deleted and no others") {
  const ScratchDirectory scratch;
  scratch.Write("audit.jsonl.1", "of logrotate\n");
  scratch.Write("audit.jsonl-20261126", "of logrotate\n");
  scratch.Write("audit-20261126.jsonl", "of logrotate\n");
  scratch.Write(Closed(1, ".gz"), "");
  scratch.Write(Closed(2), "");
  scratch.Write(Closed(3, ".zst"), "");
  scratch.Write(Closed(4), "");
  const auto sink =
      MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .keep_files = 2});
  sink->Open();
  CHECK(WaitUntil([&] {
    return NamesIn(scratch.path()) ==
           Names{"audit-20261126.jsonl", Closed(3, ".zst"),      Closed(4),
                 "audit.jsonl",          "audit.jsonl-20261126", "audit.jsonl.1"};
  }));
}

TEST_CASE("closed files of a link's name are never followed") {
  const ScratchDirectory scratch;
  scratch.Write("target", "precious");
  std::filesystem::create_symlink(scratch.PathOf("target"), scratch.PathOf(Closed(1)));
  scratch.Write(Closed(2), "two\n");
  const auto sink = MustOpen(AuditFileOptions{
      .path = scratch.PathOf("audit.jsonl"), .compression = Compression::kGzip, .keep_bytes = 1});
  sink->Open();
  // The second is compressed, and then deleted for its size.
  CHECK(WaitUntil([&] {
    return NamesIn(scratch.path()) == Names{Closed(1), "audit.jsonl", "target"};
  }));
  CHECK(ReadFile(scratch.PathOf("target")) == "precious");
}

TEST_CASE("a sink ends at once while closed files are compressed") {
  const ScratchDirectory scratch;
  std::mt19937 random(7);
  std::string content(64000000, '\0');
  for (char& c : content) c = static_cast<char>(random());
  scratch.Write(Closed(1), content);
  {
    const auto sink = MustOpen(
        AuditFileOptions{.path = scratch.PathOf("audit.jsonl"), .compression = Compression::kGzip});
    sink->Open();
    CHECK(WaitUntil([&] { return std::filesystem::exists(scratch.PathOf(Closed(1, ".gz.tmp"))); }));
  }
  CHECK(NamesIn(scratch.path()) == Names{Closed(1), "audit.jsonl"});
  CHECK((ReadFile(scratch.PathOf(Closed(1))) == content));
}

TEST_CASE("a disk that is full makes nothing worse") {
  const SmallDisk disk;
  if (!disk.is_there()) {
    WARN("a disk cannot be mounted here: this test needs root");
    return;
  }
  const ScratchDirectory& scratch = disk.directory();
  std::mt19937 random(7);
  std::string content(600000, '\0');
  for (char& c : content) c = static_cast<char>(random());
  scratch.Write(Closed(1), content);
  const auto sink = MustOpen(AuditFileOptions{.path = scratch.PathOf("audit.jsonl"),
                                              .rotate_bytes = 65536,
                                              .compression = Compression::kZstd});
  sink->Open();
  const std::string lines = std::string(99999, 'x') + "\n";
  std::size_t written = 0;
  while (written < 100 && sink->Write(lines).status.ok()) ++written;
  CHECK(written < 10);
  CHECK(std::filesystem::file_size(scratch.PathOf("audit.jsonl")) == written * lines.size());
  CHECK(sink->TakeBack() == false);
  // Room again: the next line is written, and nothing was lost.
  std::filesystem::remove(scratch.PathOf(Closed(1)));
  CHECK(WaitUntil([&] { return sink->Write(lines).status.ok(); }));
  CHECK(ReadFile(scratch.PathOf("audit.jsonl")).size() == (written + 1) * lines.size());
}

}  // namespace
}  // namespace certgate
