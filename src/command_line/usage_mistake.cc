#include "src/command_line/usage_mistake.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string_view>
#include <vector>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// The command whose command line is wrong: the last one that was named.
const CLI::App& LastNamed(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : LastNamed(*named.back());
}

std::string FullName(const CLI::App& app) {
  const CLI::App* const parent = app.get_parent();
  return parent == nullptr ? app.get_name() : FullName(*parent) + " " + app.get_name();
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> FlagsOf(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::string Listed(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " or ";
    list += names[i];
  }
  return list;
}

// What `flag` is shown to take by `--help`, such as "HOST:PORT".
std::string ValueOf(const CLI::App& app, const std::string& flag) {
  const CLI::Option* const option = app.get_option_no_throw(flag);
  const std::string text = option == nullptr ? "" : option->get_option_text();
  return text.empty() || text == " " ? "" : ", " + text;
}

UsageMistake Unknown(std::string_view kind, std::string_view word,
                     const std::vector<std::string>& known, const std::string& read_on) {
  return UnknownWord(kind, word, std::vector<std::string_view>(known.begin(), known.end()),
                     read_on);
}

}  // namespace

UsageMistake UnknownWord(std::string_view kind, std::string_view word,
                         std::span<const std::string_view> known, const std::string& read_on) {
  const std::string_view nearest = Suggest(word, known);
  return {"unknown " + std::string(kind) + " " + Quote(word),
          nearest.empty() ? read_on : "did you mean " + Quote(nearest) + "? else " + read_on};
}

UsageMistake ExplainUsage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = LastNamed(app);
  const std::string read_on = "run `" + FullName(command) + " --help`";
  const std::vector<std::string> commands = CommandsOf(command);
  // What a command passes on to somebody else is not unknown.
  const std::vector<std::string> left =
      command.get_allow_extras() ? std::vector<std::string>() : app.remaining(true);
  const std::string_view message = error.what();
  if (!left.empty()) {
    const std::string_view word = left.front();
    if (word.starts_with("-")) {
      return Unknown("flag", word.substr(0, word.find('=')), FlagsOf(command), read_on);
    }
    if (!commands.empty()) return Unknown("command", word, commands, read_on);
    return {"unexpected argument " + Quote(word), read_on};
  }
  if (error.get_name() == "RequiredError" && !commands.empty()) {
    return {"no command is given", "give " + Listed(commands) + ", or " + read_on};
  }
  // CLI11 says "--listen: 1 required TEXT missing".
  if (error.get_name() == "ArgumentMismatch" && message.ends_with(" missing")) {
    const std::string flag(message.substr(0, message.find(':')));
    return {"the flag `" + flag + "` needs a value" + ValueOf(command, flag), read_on};
  }
  return {std::string(message), read_on};
}

}  // namespace certgate
