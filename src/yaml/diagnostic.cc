#include <certgate/diagnostic.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// A longer line is shown in part, so that the caret stays on the screen.
constexpr std::size_t kWidestLine = 160;
constexpr std::size_t kContextBeforeCaret = 80;
constexpr std::size_t kLineNumberWidth = 5;

// `count` characters of `text` from the character `first` on.
std::string_view Characters(std::string_view text, std::size_t first, std::size_t count) {
  const auto skip = [text](std::size_t offset, std::size_t characters) {
    for (; characters > 0 && offset < text.size(); --characters) {
      offset += std::max<std::size_t>(DecodeUtf8(text, offset).length, 1);
    }
    return offset;
  };
  const std::size_t begin = skip(0, first);
  return text.substr(begin, skip(begin, count) - begin);
}

std::string_view SeverityName(Diagnostic::Severity severity) {
  switch (severity) {
    case Diagnostic::Severity::kWarning:
      return "warning";
    case Diagnostic::Severity::kNote:
      return "note";
    case Diagnostic::Severity::kError:
      break;
  }
  return "error";
}

std::string RenderPlace(const Diagnostic& diagnostic) {
  std::string place = MakePrintable(diagnostic.file);
  if (diagnostic.location.line == 0) return place;
  place += ":" + std::to_string(diagnostic.location.line);
  if (diagnostic.location.column == 0) return place;
  return place + ":" + std::to_string(diagnostic.location.column);
}

// The source line and the caret below it.
std::string RenderSource(const Diagnostic& diagnostic, std::size_t width) {
  const std::size_t column = std::max<std::size_t>(diagnostic.location.column, 1);
  const bool is_cut = CountCharacters(diagnostic.source_line) > kWidestLine;
  const std::size_t first =
      is_cut && column > kContextBeforeCaret ? column - kContextBeforeCaret : 0;
  const std::string number = std::to_string(diagnostic.location.line);
  std::string out(width - number.size(), ' ');
  out += number + " | ";
  out += MakePrintable(Characters(diagnostic.source_line, first, kWidestLine)) + "\n";
  out += std::string(width, ' ') + " | " + std::string(column - 1 - first, ' ') + "^\n";
  return out;
}

}  // namespace

bool HasErrors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Diagnostic::Severity::kError;
  });
}

std::string Render(const Diagnostic& diagnostic) {
  std::string out = RenderPlace(diagnostic);
  if (!out.empty()) out += ": ";
  out += SeverityName(diagnostic.severity);
  out += ": " + MakePrintable(diagnostic.message) + "\n";
  const std::size_t width =
      std::max(kLineNumberWidth, std::to_string(diagnostic.location.line).size());
  if (diagnostic.location.line != 0 && !diagnostic.source_line.empty()) {
    out += RenderSource(diagnostic, width);
  }
  if (!diagnostic.hint.empty()) {
    out += std::string(width + 1, ' ') + "= " + MakePrintable(diagnostic.hint) + "\n";
  }
  return out;
}

std::string Render(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) out += Render(diagnostic);
  return out;
}

}  // namespace certgate
