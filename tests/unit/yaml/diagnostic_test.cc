#include <certgate/diagnostic.h>

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

Diagnostic Unknown() {
  Diagnostic diagnostic;
  diagnostic.file = "policy.yaml";
  diagnostic.location = {7, 5};
  diagnostic.message = "unknown key `alow`";
  diagnostic.hint = "did you mean `allow`?";
  diagnostic.source_line = "    alow:";
  return diagnostic;
}

TEST_CASE("a diagnostic is rendered with its line and a caret and the hint") {
  CHECK(Render(Unknown()) ==
        "policy.yaml:7:5: error: unknown key `alow`\n"
        "    7 |     alow:\n"
        "      |     ^\n"
        "      = did you mean `allow`?\n");
}

TEST_CASE("a warning is called so") {
  Diagnostic diagnostic = Unknown();
  diagnostic.severity = Diagnostic::Severity::kWarning;
  CHECK_THAT(Render(diagnostic),
             Catch::Matchers::ContainsSubstring("policy.yaml:7:5: warning: unknown key"));
}

TEST_CASE("a diagnostic without a place or a hint is one line") {
  Diagnostic diagnostic;
  diagnostic.file = "policy.yaml";
  diagnostic.message = "cannot be read";
  CHECK(Render(diagnostic) == "policy.yaml: error: cannot be read\n");
}

TEST_CASE("the caret stands below the character also behind tabs and wide characters") {
  Diagnostic diagnostic = Unknown();
  diagnostic.source_line = "\tü: nö";
  diagnostic.location.column = 6;
  diagnostic.hint.clear();
  CHECK(Render(diagnostic) ==
        "policy.yaml:7:6: error: unknown key `alow`\n"
        "    7 |  ü: nö\n"
        "      |      ^\n");
}

TEST_CASE("a caret may stand behind the end of the line") {
  Diagnostic diagnostic = Unknown();
  diagnostic.source_line = "ab";
  diagnostic.location.column = 3;
  CHECK_THAT(Render(diagnostic), Catch::Matchers::ContainsSubstring("    7 | ab\n      |   ^\n"));
}

TEST_CASE("nothing in a diagnostic can drive a terminal") {
  Diagnostic diagnostic = Unknown();
  diagnostic.file = "policy\x1b[31m.yaml";
  diagnostic.source_line =
      "a\x1b[2J\x07\x7F\xC2\x9B"
      "b\xE2\x80\xAE"
      "c\xFF"
      "d";
  diagnostic.message = "two\nlines";
  diagnostic.hint = "bell\x07";
  CHECK(Render(diagnostic) ==
        "policy?[31m.yaml:7:5: error: two?lines\n"
        "    7 | a?[2J???b?c?d\n"
        "      |     ^\n"
        "      = bell?\n");
}

TEST_CASE("a long line is shown around its caret") {
  Diagnostic diagnostic = Unknown();
  diagnostic.source_line = std::string(5000, 'a') + "X" + std::string(5000, 'b');
  diagnostic.location.column = 5001;
  diagnostic.hint.clear();
  const std::string rendered = Render(diagnostic);
  CHECK(rendered.size() < 400);
  const std::size_t line = rendered.find("| a") + 2;
  const std::size_t below = rendered.find("| ", line) + 2;
  CHECK(rendered.find('X') - line == rendered.find('^') - below);
}

TEST_CASE("a line number of six digits widens the margin") {
  Diagnostic diagnostic = Unknown();
  diagnostic.location.line = 123456;
  CHECK_THAT(Render(diagnostic), Catch::Matchers::ContainsSubstring(
                                     "123456 |     alow:\n       |     ^\n       = did"));
}

TEST_CASE("several diagnostics are rendered in their order") {
  Diagnostic second = Unknown();
  second.location.line = 8;
  CHECK(Render(std::vector<Diagnostic>{Unknown(), second}) == Render(Unknown()) + Render(second));
  CHECK(Render(std::vector<Diagnostic>{}).empty());
}

TEST_CASE("warnings are not errors") {
  Diagnostic warning = Unknown();
  warning.severity = Diagnostic::Severity::kWarning;
  CHECK_FALSE(HasErrors({}));
  CHECK_FALSE(HasErrors({warning}));
  CHECK(HasErrors({warning, Unknown()}));
}

}  // namespace
}  // namespace certgate
