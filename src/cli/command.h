#ifndef CERTGATE_SRC_CLI_COMMAND_H_
#define CERTGATE_SRC_CLI_COMMAND_H_

#include <memory>

namespace CLI {
class App;
}

namespace certgate {

/// How certgate ends; the same for every subcommand, and documented in `--help`.
enum class ExitCode : int {
  kYes = 0,    // yes, valid, the same
  kNo = 1,     // the answer is no, or the files differ
  kUsage = 2,  // the command line is wrong
  kInput = 3,  // an input file is missing or invalid
};

/// One subcommand.
class Command {
 public:
  virtual ~Command() = default;
  /// Adds the subcommand with its options to `app`, and returns it. The command outlives the app.
  virtual CLI::App* AddTo(CLI::App& app) = 0;
  /// Runs with the options that were parsed.
  virtual ExitCode Run() = 0;
};

/// The subcommands, each in a file of its own, in the order of `certgate --help`.
std::unique_ptr<Command> MakeCheckCommand();
std::unique_ptr<Command> MakeExplainCommand();
std::unique_ptr<Command> MakeTestCommand();
std::unique_ptr<Command> MakeDiffCommand();
std::unique_ptr<Command> MakeMatrixCommand();
std::unique_ptr<Command> MakeImportCommand();
std::unique_ptr<Command> MakeAuditCommand();

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_COMMAND_H_
