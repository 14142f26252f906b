#include "src/yaml/diagnostic_log.h"

#include <string>
#include <utility>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

TEST_CASE("diagnostics are sorted by place and told once") {
  DiagnosticLog log("one\ntwo\r\nthree", "f.yaml");
  log.Error({3, 1}, "c");
  log.Error({1, 3}, "b");
  log.Error({1, 2}, "a", "do this");
  log.Error({3, 1}, "c");
  log.Error({2, 1}, "t");
  const std::vector<Diagnostic> diagnostics = std::move(log).Finish();
  REQUIRE(diagnostics.size() == 4);
  CHECK(diagnostics[0].message == "a");
  CHECK(diagnostics[0].hint == "do this");
  CHECK(diagnostics[0].source_line == "one");
  CHECK(diagnostics[0].file == "f.yaml");
  CHECK(diagnostics[1].message == "b");
  CHECK(diagnostics[2].source_line == "two");
  CHECK(diagnostics[3].source_line == "three");
}

TEST_CASE("two errors at one place are both told") {
  DiagnosticLog log("one", "f.yaml");
  log.Error({1, 1}, "a");
  log.Error({1, 1}, "b");
  CHECK(std::move(log).Finish().size() == 2);
}

TEST_CASE("exactly a hundred diagnostics are all shown") {
  DiagnosticLog log("", "f.yaml");
  for (std::size_t i = 1; i <= 100; ++i) log.Error({i, 1}, "wrong");
  CHECK(std::move(log).Finish().size() == 100);
}

TEST_CASE("more than a hundred diagnostics are counted") {
  DiagnosticLog log("", "f.yaml");
  for (std::size_t i = 50'000; i >= 1; --i) log.Error({i, 1}, "wrong");
  const std::vector<Diagnostic> diagnostics = std::move(log).Finish();
  REQUIRE(diagnostics.size() == 101);
  CHECK(diagnostics.back().message == "and 49900 more errors");
  CHECK(diagnostics.back().location == SourceLocation{});
}

TEST_CASE("the hundred and first diagnostic is one more error") {
  DiagnosticLog log("", "f.yaml");
  for (std::size_t i = 1; i <= 101; ++i) log.Error({i, 1}, "wrong");
  CHECK(std::move(log).Finish().back().message == "and 1 more error");
}

TEST_CASE("what follows a broken place can be forgotten") {
  DiagnosticLog log("", "f.yaml");
  log.Error({1, 5}, "kept");
  log.Error({2, 3}, "there");
  log.Error({3, 1}, "behind");
  log.ForgetFrom({2, 3});
  CHECK(log.error_count() == 1);
  const std::vector<Diagnostic> diagnostics = std::move(log).Finish();
  REQUIRE(diagnostics.size() == 1);
  CHECK(diagnostics[0].message == "kept");
}

TEST_CASE("a line too long to show is left out") {
  const std::string text(100'000, 'a');
  DiagnosticLog log(text, "f.yaml");
  log.Error({1, 1}, "wrong");
  CHECK(std::move(log).Finish()[0].source_line.empty());
}

}  // namespace
}  // namespace certgate
