// certgate: checks, explains, tests and compares policies, and reads audit trails.

#include <certgate/version.h>

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "src/cli/command.h"
#include "src/cli/terminal.h"
#include "src/command_line/usage_mistake.h"

namespace certgate {
namespace {

constexpr char kDescription[] =
    "Checks, explains, tests and compares policies: which client certificates may call which\n"
    "gRPC method. Reads what servers wrote down of the calls.";

constexpr char kFooter[] =
    "`certgate COMMAND --help` shows the options of a command, with an example.\n"
    "Exit codes: 0 yes, valid or the same; 1 the answer is no, or the files differ; 2 wrong "
    "usage;\n"
    "3 an input file is missing or invalid.";

struct Subcommand {
  std::unique_ptr<Command> command;
  CLI::App* app = nullptr;
};

std::vector<Subcommand> MakeSubcommands() {
  std::vector<Subcommand> all;
  for (auto make : {&MakeCheckCommand, &MakeExplainCommand, &MakeTestCommand, &MakeDiffCommand,
                    &MakeMatrixCommand, &MakeImportCommand, &MakeAuditCommand}) {
    all.push_back({make(), nullptr});
  }
  return all;
}

ExitCode Stop(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    app.exit(error);  // --help and --version: prints
    return ExitCode::kYes;
  }
  const UsageMistake mistake = ExplainUsage(app, error);
  Complain(mistake.message, mistake.hint);
  return ExitCode::kUsage;
}

ExitCode Run(int argc, const char* const* argv) {
  std::vector<Subcommand> subcommands = MakeSubcommands();
  CLI::App app(kDescription, "certgate");
  app.footer(kFooter);
  app.set_version_flag("--version", "certgate " CERTGATE_VERSION);
  app.require_subcommand(1);
  for (Subcommand& subcommand : subcommands) subcommand.app = subcommand.command->AddTo(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Stop(app, error);
  }
  for (const Subcommand& subcommand : subcommands) {
    if (subcommand.app->parsed()) return subcommand.command->Run();
  }
  return ExitCode::kUsage;
}

}  // namespace
}  // namespace certgate

int main(int argc, char** argv) {
  try {
    return static_cast<int>(certgate::Run(argc, argv));
  } catch (const std::exception& error) {
    certgate::Complain(error.what());
    return static_cast<int>(certgate::ExitCode::kInput);
  }
}
