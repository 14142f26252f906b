// Reads any bytes as a policy file. Nothing may crash; there is a policy exactly if there is no
// error; every diagnostic can be rendered.

#include <certgate/diagnostic.h>
#include <certgate/policy.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void CheckDiagnostic(const certgate::Diagnostic& diagnostic) {
  Require(!diagnostic.message.empty(), "a diagnostic has a message");
  Require((diagnostic.location.line == 0) == (diagnostic.location.column == 0),
          "a place has a line and a column or neither");
  const std::string rendered = certgate::Render(diagnostic);
  Require(rendered.ends_with('\n'), "a rendered diagnostic ends its line");
  for (const char c : rendered) {
    Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "nothing drives a terminal");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const certgate::PolicyLoad load = certgate::ParsePolicy(text, "policy.yaml");
  Require((load.policy == nullptr) == certgate::HasErrors(load.diagnostics),
          "there is a policy exactly if there is no error");
  Require(load.diagnostics.size() <= 101, "diagnostics are limited");
  for (const certgate::Diagnostic& diagnostic : load.diagnostics) CheckDiagnostic(diagnostic);
  return 0;
}
