#include "src/server/complain.h"

#include <iostream>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Severity = Diagnostic::Severity;

// What says `error:` where the file stands in front needs no such word behind the program's name.
const char* Prefix(Severity severity) {
  switch (severity) {
    case Severity::kWarning:
      return "greeter-server: warning: ";
    case Severity::kNote:
      return "greeter-server: note: ";
    case Severity::kError:
      break;
  }
  return "greeter-server: ";
}

}  // namespace

void Complain(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& one : diagnostics) {
    if (!one.file.empty()) {
      std::cerr << Render(one);
      continue;
    }
    std::cerr << Prefix(one.severity) << MakePrintable(one.message);
    if (!one.hint.empty()) std::cerr << "; " << MakePrintable(one.hint);
    std::cerr << '\n';
  }
}

}  // namespace certgate
