#ifndef CERTGATE_SRC_CLI_AUDIT_COMMANDS_H_
#define CERTGATE_SRC_CLI_AUDIT_COMMANDS_H_

#include <memory>

#include "src/cli/command.h"

namespace certgate {

/// The subcommands of `certgate audit`, each in a file of its own, in the order of its `--help`.
std::unique_ptr<Command> MakeAuditVerifyCommand();
std::unique_ptr<Command> MakeAuditQueryCommand();
std::unique_ptr<Command> MakeAuditShowCommand();
std::unique_ptr<Command> MakeAuditStatsCommand();
std::unique_ptr<Command> MakeAuditReportCommand();
std::unique_ptr<Command> MakeAuditTailCommand();

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_AUDIT_COMMANDS_H_
