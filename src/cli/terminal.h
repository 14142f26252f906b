#ifndef CERTGATE_SRC_CLI_TERMINAL_H_
#define CERTGATE_SRC_CLI_TERMINAL_H_

#include <certgate/diagnostic.h>

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace certgate {

/// When output is coloured: `--color auto` (the default) means on a terminal, unless the
/// environment variable NO_COLOR is set and not empty (https://no-color.org).
enum class ColorMode { kAuto, kAlways, kNever };

enum class Style { kPlain, kBold, kRed, kGreen, kYellow, kBlue, kFaint };

/// A stream for people. Text that comes from files must have been made printable before.
class Terminal {
 public:
  /// `descriptor` is 1 for standard output, 2 for standard error.
  Terminal(std::ostream& out, int descriptor, ColorMode mode);

  /// `text` in this style, or as it is without colour.
  std::string Paint(Style style, std::string_view text) const;
  std::ostream& out() const { return out_; }
  bool has_color() const { return has_color_; }
  /// Renders diagnostics, the severity coloured.
  void Print(const std::vector<Diagnostic>& diagnostics) const;

 private:
  std::ostream& out_;
  bool has_color_;
};

/// Adds `--color auto|always|never` to a subcommand.
void AddColorOption(CLI::App& app, ColorMode& mode);

/// `certgate: MESSAGE` on standard error, with an indented hint below unless it is empty.
void Complain(std::string_view message, std::string_view hint = {});

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_TERMINAL_H_
