#include "src/server/command_line.h"

#include <absl/strings/str_cat.h>
#include <certgate/diagnostic.h>
#include <certgate/version.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include "src/server/config_file.h"
#include "src/server/environment.h"
#include "src/command_line/usage_mistake.h"

namespace certgate {
namespace {

constexpr char kDescription[] =
    "A gRPC Greeter behind mutual TLS. A YAML policy says which client certificates may call\n"
    "which method, and each decision is written to the audit trail.";

constexpr char kFooter[] =
    "Flags win over the environment, and both over the configuration file. Its keys are the "
    "flags'\n"
    "names with `_` for `-`, in sections, and the variables the same in capital letters:\n"
    "--tls-min-version is `min_version` in `tls`, and CERTGATE_TLS_MIN_VERSION; --config is\n"
    "CERTGATE_CONFIG. A list in a variable has `;` between its values. A switch alone means on.\n"
    "SIGTERM and SIGINT end the server after its running calls; a second one at once. SIGHUP "
    "makes\n"
    "it read certificates, revocation lists and policy again. `greeter-client status` asks a\n"
    "running server what is in force, what is wrong, and what ends soon.\n"
    "Exit codes: 0 stopped as asked, or --check found nothing wrong; 1 failed while running, or\n"
    "forced to stop; 2 wrong usage; 3 a file is missing or invalid, or the address is taken.\n"
    "\n"
    "Examples:\n"
    "  greeter-server --config config/server.yaml --check\n"
    "  greeter-server --config config/server.yaml --listen 127.0.0.1:50051";

/// The command line, and the values that its flags have been given.
class CommandLine {
 public:
  CommandLine();
  void Parse(int argc, const char* const* argv) { app_.parse(argc, argv); }
  /// Prints what `--help` or `--version` asked for, or the mistake.
  InvocationReading Stop(const CLI::ParseError& error);
  bool AssignFlags(ServerSettings& settings) const;

  std::string config_file;
  bool check_only = false;
  bool status_only = false;

 private:
  CLI::App app_{kDescription, "greeter-server"};
  std::vector<CLI::Option*> options_;
  // Of each setting, what its flags were given.
  std::vector<std::vector<std::string>> values_;
};

void Complain(const std::string& message) { std::cerr << "greeter-server: " << message << '\n'; }

// This program holds no client certificate, and nobody is answered without one.
void TellHowToAsk(const ServerSettings& settings) {
  Complain(absl::StrCat(
      "a running server tells how it is to callers whom its policy lets call\n"
      "`/certgate.v1.StatusService/GetStatus`; ask it with such a caller's certificate:\n"
      "  greeter-client --target ",
      settings.listen, " --ca FILE --cert FILE --key FILE status"));
}

CommandLine::CommandLine() {
  app_.footer(kFooter);
  app_.set_version_flag("--version", "greeter-server " CERTGATE_VERSION);
  app_.add_option("--config", config_file, "configuration file, YAML")->option_text("FILE");
  app_.add_flag("--check", check_only,
                "look at configuration, certificates and policy, report, and stop");
  app_.add_flag("--status", status_only,
                "say how to ask a running server what is in force and what is wrong, and stop");
  const std::vector<Setting>& settings = AllSettings();
  values_.resize(settings.size());
  for (std::size_t i = 0; i < settings.size(); ++i) {
    CLI::Option* option =
        app_.add_option("--" + settings[i].flag(), values_[i], std::string(settings[i].help));
    option->option_text(std::string(settings[i].placeholder));
    // One value after each flag: what follows is not taken for more of a list.
    option->expected(1)->allow_extra_args(false)->multi_option_policy(
        settings[i].is_list() ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::Throw);
    // A switch alone means on.
    if (std::holds_alternative<SwitchSetting>(settings[i].kind)) {
      option->expected(0, 1)->default_str("on");
    }
    options_.push_back(option);
  }
}

InvocationReading CommandLine::Stop(const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    return {std::nullopt, app_.exit(error) == 0 ? kExitOk : kExitFailure};
  }
  const UsageMistake mistake = ExplainUsage(app_, error);
  Complain(absl::StrCat(mistake.message, "\n  = ", mistake.hint));
  return {std::nullopt, kExitUsage};
}

bool CommandLine::AssignFlags(ServerSettings& settings) const {
  bool all_well = true;
  for (std::size_t i = 0; i < options_.size(); ++i) {
    if (options_[i]->count() == 0) continue;
    const Setting& setting = AllSettings()[i];
    const std::string mistake = Assign(setting, values_[i], settings);
    if (mistake.empty()) continue;
    Complain(absl::StrCat("--", setting.flag(), ": ", mistake));
    all_well = false;
  }
  return all_well;
}

}  // namespace

InvocationReading ReadInvocation(int argc, const char* const* argv) {
  CommandLine command_line;
  try {
    command_line.Parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command_line.Stop(error);
  }

  const EnvironmentReading environment = ReadEnvironment(environ);
  for (const std::string& mistake : environment.mistakes) Complain(mistake);
  if (!environment.mistakes.empty()) return {std::nullopt, kExitUsage};

  Invocation invocation;
  invocation.config_file =
      command_line.config_file.empty() ? environment.config_file : command_line.config_file;
  invocation.check_only = command_line.check_only;
  if (!invocation.config_file.empty()) {
    const std::vector<Diagnostic> diagnostics =
        ReadConfigFile(invocation.config_file, invocation.settings);
    std::cerr << Render(diagnostics);
    if (HasErrors(diagnostics)) return {std::nullopt, kExitInput};
  }
  const std::vector<std::string> wrong_values = AssignVariables(environment, invocation.settings);
  for (const std::string& mistake : wrong_values) Complain(mistake);
  const bool flags_are_good = command_line.AssignFlags(invocation.settings);
  if (!flags_are_good || !wrong_values.empty()) return {std::nullopt, kExitUsage};

  if (command_line.status_only) {
    TellHowToAsk(invocation.settings);
    return {std::nullopt, kExitUsage};
  }

  const std::vector<std::string> mistakes = FindMistakes(invocation.settings);
  for (const std::string& mistake : mistakes) Complain(mistake);
  if (!mistakes.empty()) return {std::nullopt, kExitUsage};
  return {invocation, kExitOk};
}

}  // namespace certgate
