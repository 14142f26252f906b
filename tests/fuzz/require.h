#ifndef CERTGATE_TESTS_FUZZ_REQUIRE_H_
#define CERTGATE_TESTS_FUZZ_REQUIRE_H_

#include <certgate/diagnostic.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace certgate::fuzz {

/// Ends the fuzzer with what is broken, unless `holds`.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// What is promised of every diagnostic, whatever the file holds.
inline void CheckDiagnostic(const Diagnostic& diagnostic) {
  Require(!diagnostic.message.empty(), "a diagnostic has a message");
  Require((diagnostic.location.line == 0) == (diagnostic.location.column == 0),
          "a place has a line and a column or neither");
  const std::string rendered = Render(diagnostic);
  Require(rendered.ends_with('\n'), "a rendered diagnostic ends its line");
  for (const char c : rendered) {
    Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "nothing drives a terminal");
  }
}

}  // namespace certgate::fuzz

#endif  // CERTGATE_TESTS_FUZZ_REQUIRE_H_
