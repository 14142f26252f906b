#include "src/cli/terminal.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

bool WantsColor(int descriptor, ColorMode mode) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  const char* const no_color = std::getenv("NO_COLOR");
  const bool is_unwanted = no_color != nullptr && *no_color != '\0';
  const char* const term = std::getenv("TERM");
  const bool is_dumb = term == nullptr || std::string_view(term) == "dumb";
  return !is_unwanted && !is_dumb && isatty(descriptor) == 1;
}

std::string_view CodeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\x1b[1m";
    case Style::kRed:
      return "\x1b[1;31m";
    case Style::kGreen:
      return "\x1b[1;32m";
    case Style::kYellow:
      return "\x1b[1;33m";
    case Style::kBlue:
      return "\x1b[1;34m";
    case Style::kFaint:
      return "\x1b[2m";
  }
  return "";
}

struct Severity {
  std::string_view word;
  Style style;
};

Severity SeverityOf(const Diagnostic& diagnostic) {
  switch (diagnostic.severity) {
    case Diagnostic::Severity::kError:
      return {"error: ", Style::kRed};
    case Diagnostic::Severity::kWarning:
      return {"warning: ", Style::kYellow};
    case Diagnostic::Severity::kNote:
      break;
  }
  return {"note: ", Style::kBlue};
}

}  // namespace

Terminal::Terminal(std::ostream& out, int descriptor, ColorMode mode)
    : out_(out), has_color_(WantsColor(descriptor, mode)) {}

std::string Terminal::Paint(Style style, std::string_view text) const {
  if (!has_color_ || style == Style::kPlain) return std::string(text);
  std::string painted(CodeOf(style));
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

void Terminal::Print(const std::vector<Diagnostic>& diagnostics) const {
  for (const Diagnostic& diagnostic : diagnostics) {
    const std::string text = Render(diagnostic);
    const Severity severity = SeverityOf(diagnostic);
    // The first occurrence behind the place: a file's name may hold the word too.
    const std::size_t word = text.find(severity.word, MakePrintable(diagnostic.file).size());
    if (word == std::string::npos) {
      out_ << text;
      continue;
    }
    const std::size_t end = std::min(text.find('\n', word), text.size());
    const std::size_t message = word + severity.word.size();
    out_ << Paint(Style::kBold, text.substr(0, word)) << Paint(severity.style, severity.word)
         << Paint(Style::kBold, text.substr(message, end - message)) << text.substr(end);
  }
}

void AddColorOption(CLI::App& app, ColorMode& mode) {
  static const std::map<std::string, ColorMode> kModes = {
      {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}};
  app.add_option("--color", mode, "colour: auto (on a terminal), always or never")
      ->transform(CLI::CheckedTransformer(kModes))
      ->option_text("WHEN");
}

void Complain(std::string_view message, std::string_view hint) {
  std::cerr << "certgate: " << message << '\n';
  if (!hint.empty()) std::cerr << "  = " << hint << '\n';
}

}  // namespace certgate
