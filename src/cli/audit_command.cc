#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/command.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "FILES are audit files, also packed by gzip or zstd, directories of such, or `-`, standard\n"
    "input, alone. They are put in order, in whatever order they are given.\n"
    "\n"
    "Exit codes: 0 yes, done; 1 the answer is no; 2 wrong usage; 3 a file cannot be read.\n"
    "\n"
    "Examples:\n"
    "  certgate audit verify audit.jsonl\n"
    "  certgate audit query --decision denied --since 1h audit.jsonl";

class AuditCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand("audit", "Check, search and explain audit trails");
    own->footer(kFooter);
    own->require_subcommand(1);
    for (auto make : {&MakeAuditVerifyCommand, &MakeAuditQueryCommand, &MakeAuditShowCommand,
                      &MakeAuditStatsCommand, &MakeAuditReportCommand, &MakeAuditTailCommand}) {
      commands_.push_back(make());
      apps_.push_back(commands_.back()->AddTo(*own));
    }
    return own;
  }

  ExitCode Run() override {
    for (std::size_t i = 0; i < apps_.size(); ++i) {
      if (apps_[i]->parsed()) return commands_[i]->Run();
    }
    return ExitCode::kUsage;
  }

 private:
  std::vector<std::unique_ptr<Command>> commands_;
  std::vector<CLI::App*> apps_;
};

}  // namespace

std::unique_ptr<Command> MakeAuditCommand() { return std::make_unique<AuditCommand>(); }

}  // namespace certgate
