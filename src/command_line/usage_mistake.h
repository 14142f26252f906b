#ifndef CERTGATE_SRC_COMMAND_LINE_USAGE_MISTAKE_H_
#define CERTGATE_SRC_COMMAND_LINE_USAGE_MISTAKE_H_

#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace certgate {

/// What is wrong with a command line, for somebody in a hurry.
struct UsageMistake {
  /// Such as "unknown flag `--plicy`".
  std::string message;
  /// The next step: what was probably meant, and where to read on.
  std::string hint;
};

/// What `error`, which `app.parse` has thrown, says in the words of this project: it names the flag
/// or command that is unknown, the likely one, and the value that a flag lacks.
UsageMistake ExplainUsage(const CLI::App& app, const CLI::ParseError& error);

/// `word` is none of the `known` ones: "unknown command `helo`", and the one that it may have been
/// meant to be. `read_on` is the advice beside that.
UsageMistake UnknownWord(std::string_view kind, std::string_view word,
                         std::span<const std::string_view> known, const std::string& read_on);

}  // namespace certgate

#endif  // CERTGATE_SRC_COMMAND_LINE_USAGE_MISTAKE_H_
