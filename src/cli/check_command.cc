#include <absl/time/time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/analysis/warnings.h"
#include "src/cli/caller_options.h"
#include "src/cli/check_report.h"
#include "src/cli/command.h"
#include "src/cli/descriptor_set.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "Without --descriptor-set, the services are those of certgate's own servers, and other names "
    "are\n"
    "believed unless they look misspelt.\n"
    "\n"
    "Exit codes: 0 all files are valid; 1 one has a warning, under --strict; 2 wrong usage; 3 a "
    "file "
    "is\n"
    "missing or invalid.\n"
    "\n"
    "Examples:\n"
    "  certgate check policy/policy.yaml\n"
    "  protoc --proto_path=proto --descriptor_set_out=services.binpb \\\n"
    "    helloworld/helloworld.proto certgate/v1/caller.proto\n"
    "  certgate check --strict --descriptor-set services.binpb policy/policy.yaml";

CheckedFile Check(const std::string& file, const WarningOptions& options) {
  const PolicySource source = ReadPolicySource(file);
  CheckedFile checked;
  checked.file = file;
  checked.is_valid = source.policy != nullptr;
  checked.name = source.document.name;
  checked.version = source.document.version;
  checked.findings = CheckPolicy(source, options);
  checked.counts = Count(checked.findings);
  return checked;
}

class CheckCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("check", "Tell what is wrong with policies, and what is doubtful");
    own->footer(kFooter);
    own->add_option("FILE", files_, "policy file")->option_text("...")->required();
    own->add_flag("--strict", strict_, "a warning makes the exit code 1");
    own->add_option("--descriptor-set", descriptor_sets_,
                    "services that the server registers, from protoc --descriptor_set_out; may be "
                    "repeated")
        ->option_text("FILE")
        ->allow_extra_args(false);
    time_.AddTo(*own);
    AddFormatOption(*own, format_, {"text", "json", "sarif"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto time = time_.Read();
    if (const auto* problem = std::get_if<Problem>(&time)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    auto services = ReadServices();
    if (const auto* problem = std::get_if<Problem>(&services)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kInput;
    }
    const WarningOptions options{std::get<absl::Time>(time), &std::get<ServiceCatalog>(services)};
    std::vector<CheckedFile> checked;
    for (const std::string& file : files_) checked.push_back(Check(file, options));
    Print(checked, options.now);
    return CodeFor(checked);
  }

 private:
  std::variant<ServiceCatalog, Problem> ReadServices() const {
    if (descriptor_sets_.empty()) return CompiledInServices();
    return ReadDescriptorSets(descriptor_sets_);
  }

  void Print(const std::vector<CheckedFile>& files, absl::Time now) const {
    if (format_ == "json") {
      PrintJson(CheckToJson(files, now));
    } else if (format_ == "sarif") {
      PrintJson(CheckToSarif(files));
    } else {
      PrintCheck(files, Terminal(std::cout, 1, color_));
    }
  }

  ExitCode CodeFor(const std::vector<CheckedFile>& files) const {
    const auto any = [&files](auto predicate) {
      return std::any_of(files.begin(), files.end(), predicate);
    };
    if (any([](const CheckedFile& file) { return !file.is_valid; })) return ExitCode::kInput;
    const bool has_warnings = any([](const CheckedFile& file) { return file.counts.warnings > 0; });
    return strict_ && has_warnings ? ExitCode::kNo : ExitCode::kYes;
  }

  std::vector<std::string> files_;
  bool strict_ = false;
  std::vector<std::string> descriptor_sets_;
  TimeOption time_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace certgate
