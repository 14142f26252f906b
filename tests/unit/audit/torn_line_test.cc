#include <certgate/audit_sink.h>

#include <memory>
#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/audit/sample_record.h"
#include "tests/unit/audit/trail_files.h"

namespace certgate {
namespace {

using testing::ChainedLine;
using testing::HashOf;
using testing::MustOpen;
using testing::ReadFile;
using testing::ScratchDirectory;

TEST_CASE("half a line that a crash left is cut off and told") {
  const ScratchDirectory scratch;
  const std::string line = ChainedLine(7, "");
  const std::string path = scratch.Write("audit.jsonl", line + "{\"torn");
  const std::unique_ptr<AuditSink> sink = MustOpen(path);
  // Not before the sink is used: a server that only looks at its options loses nothing.
  CHECK(ReadFile(path) == line + "{\"torn");
  const AuditSink::Opening opening = sink->Open();
  CHECK(opening.torn == "{\"torn");
  CHECK(opening.torn_bytes == 6);
  CHECK(opening.last_sequence == 7);
  CHECK(opening.last_hash == HashOf(line));
  CHECK(ReadFile(path) == line);
  CHECK(sink->Write("next\n").status.ok());
  CHECK(ReadFile(path) == line + "next\n");
}

TEST_CASE("a file that is torn as a whole is emptied and its length told") {
  const ScratchDirectory scratch;
  const std::string path = scratch.Write("audit.jsonl", std::string(200000, '\0'));
  const AuditSink::Opening opening = MustOpen(path)->Open();
  CHECK(opening.torn == std::string(1024, '\0'));
  CHECK(opening.torn_bytes == 200000);
  CHECK(opening.last_sequence == 0);
  CHECK(ReadFile(path).empty());
}

TEST_CASE("a trail is whole however its last line was torn") {
  const ScratchDirectory scratch;
  const std::string path = scratch.PathOf("audit.jsonl");
  { CHECK(testing::AppendDenial(*testing::LogToFile({.path = path})).ok()); }
  const std::string whole = ReadFile(path);
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t cut = last_line; cut < whole.size(); cut += 37) {
    scratch.Write("audit.jsonl", whole.substr(0, cut));
    { CHECK(testing::AppendDenial(*testing::LogToFile({.path = path})).ok()); }
    CHECK(testing::WrongWithTrail(scratch.path(), "audit.jsonl") == "");
  }
}

}  // namespace
}  // namespace certgate
