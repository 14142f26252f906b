#include "src/command_line/usage_mistake.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tests/support/catch2.h"

namespace certgate::testing {
namespace {

// `ledger` with the commands `book` (a flag, an argument) and `read`, which has commands itself.
UsageMistake Explain(std::vector<std::string> arguments) {
  CLI::App app("", "ledger");
  app.require_subcommand(1);
  std::string account;
  std::string file;
  CLI::App* const book = app.add_subcommand("book");
  book->add_option("--account", account)->option_text("NAME")->required();
  book->add_option("FILE", file)->option_text(" ");
  CLI::App* const read = app.add_subcommand("read");
  read->require_subcommand(1);
  read->add_subcommand("lines");
  CLI::App* const pass = app.add_subcommand("pass");
  pass->add_option("--to", account)->option_text("NAME");
  pass->allow_extras();
  // CLI11 wants them in reverse.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return ExplainUsage(app, error);
  }
  return {"", ""};
}

void Check(std::vector<std::string> arguments, const std::string& message,
           const std::string& hint) {
  const UsageMistake mistake = Explain(std::move(arguments));
  CHECK(mistake.message == message);
  CHECK(mistake.hint == hint);
}

}  // namespace

TEST_CASE("a command that is missing or unknown is told with those that there are") {
  Check({}, "no command is given", "give book, read or pass, or run `ledger --help`");
  Check({"red"}, "unknown command `red`", "did you mean `read`? else run `ledger --help`");
  Check({"quarrel"}, "unknown command `quarrel`", "run `ledger --help`");
  Check({"read"}, "no command is given", "give lines, or run `ledger read --help`");
  Check({"read", "linse"}, "unknown command `linse`",
        "did you mean `lines`? else run `ledger read --help`");
}

TEST_CASE("a flag that is unknown is told with the one that was meant") {
  Check({"book", "--acount", "a"}, "unknown flag `--acount`",
        "did you mean `--account`? else run `ledger book --help`");
  Check({"book", "--acount=secret"}, "unknown flag `--acount`",
        "did you mean `--account`? else run `ledger book --help`");
  Check({"book", "--account", "a", "-x"}, "unknown flag `-x`", "run `ledger book --help`");
}

TEST_CASE("a flag without its value is told with what it takes") {
  Check({"book", "--account"}, "the flag `--account` needs a value, NAME",
        "run `ledger book --help`");
}

TEST_CASE("an argument too many is told") {
  Check({"book", "--account", "a", "b", "c"}, "unexpected argument `c`",
        "run `ledger book --help`");
}

TEST_CASE("what a command passes on is not taken for unknown") {
  Check({"pass", "--other", "--to"}, "the flag `--to` needs a value, NAME",
        "run `ledger pass --help`");
}

TEST_CASE("what is typed cannot drive the terminal") {
  const UsageMistake mistake = Explain({"\x1b[2J"});
  CHECK(mistake.message.find('\x1b') == std::string::npos);
}

}  // namespace certgate::testing
