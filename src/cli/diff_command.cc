#include <CLI/CLI.hpp>
#include <cstddef>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/cli/caller_options.h"
#include "src/cli/command.h"
#include "src/cli/diff_report.h"
#include "src/cli/line_file.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "Only the meaning counts: names of client sets, the order, comments, ids, owners and reasons\n"
    "do not. Entries that have expired mean nothing. With --audit, recorded calls are decided by\n"
    "both policies, each for its own time.\n"
    "\n"
    "Exit codes: 0 the meaning is the same, and no recorded call is decided otherwise; 1 they "
    "differ;\n"
    "2 wrong usage; 3 a file is missing or invalid.\n"
    "\n"
    "Examples:\n"
    "  git show HEAD:policy/policy.yaml > policy/before.yaml\n"
    "  certgate diff policy/before.yaml policy/policy.yaml\n"
    "  certgate diff --audit audit.jsonl policy/before.yaml policy/policy.yaml";

// A record has at most 16 KiB; whoever forwards it may add to it.
constexpr std::size_t kMostLineBytes = std::size_t{1024} * 1024;

class DiffCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("diff", "Tell what changes in meaning from one policy to another");
    own->footer(kFooter);
    own->add_option("OLD", old_, "the policy as it was")->option_text(" ")->required();
    own->add_option("NEW", new_, "the policy as it is to be")->option_text(" ")->required();
    own->add_option("--audit", audit_,
                    "tell which calls recorded here are decided otherwise; may be repeated")
        ->option_text("FILE")
        ->take_all()
        ->allow_extra_args(false);
    own->add_flag("--verbose,-v", is_verbose_, "tell too what records will name otherwise");
    time_.AddTo(*own);
    AddFormatOption(*own, format_, {"text", "json", "markdown"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto time = time_.Read();
    if (const auto* problem = std::get_if<Problem>(&time)) return Fail(*problem, ExitCode::kUsage);
    DiffReport report;
    report.at = std::get<absl::Time>(time);
    report.is_verbose = is_verbose_;
    report.before = ReadPolicySource(old_);
    report.after = ReadPolicySource(new_);
    if (!AreValid({&report.before, &report.after})) return ExitCode::kInput;
    report.diff = DiffPolicies(report.before, report.after, report.at);
    report.told = TellChanges(report.diff);
    if (const std::optional<Problem> problem = ReplayInto(report)) {
      return Fail(*problem, ExitCode::kInput);
    }
    Print(report);
    const bool is_same =
        report.diff.IsEmpty() && (!report.replay || report.replay->ChangedCalls() == 0);
    return is_same ? ExitCode::kYes : ExitCode::kNo;
  }

 private:
  static ExitCode Fail(const Problem& problem, ExitCode code) {
    Complain(problem.message, problem.hint);
    return code;
  }

  bool AreValid(const std::vector<const PolicySource*>& policies) const {
    bool are_valid = true;
    for (const PolicySource* policy : policies) {
      if (policy->policy != nullptr) continue;
      Terminal(std::cerr, 2, color_).Print(policy->diagnostics);
      are_valid = false;
    }
    return are_valid;
  }

  std::optional<Problem> ReplayInto(DiffReport& report) const {
    if (audit_.empty()) return std::nullopt;
    Replay replay(report.before, report.after);
    for (const std::string& file : audit_) {
      std::optional<Problem> problem =
          EachLine(file, "audit file", kMostLineBytes, [&](const FileLine& line) {
            if (line.is_too_long) {
              replay.AddBroken(file, line.number, "it is longer than 1 MiB");
            } else {
              replay.AddLine(line.text, file, line.number);
            }
          });
      if (problem.has_value()) return problem;
    }
    report.replay = std::move(replay).Finish();
    return std::nullopt;
  }

  void Print(const DiffReport& report) const {
    if (format_ == "json") {
      PrintJson(DiffAsJson(report));
    } else if (format_ == "markdown") {
      std::cout << DiffAsMarkdown(report);
    } else {
      PrintDiff(report, Terminal(std::cout, 1, color_));
    }
  }

  std::string old_;
  std::string new_;
  std::vector<std::string> audit_;
  TimeOption time_;
  bool is_verbose_ = false;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeDiffCommand() { return std::make_unique<DiffCommand>(); }

}  // namespace certgate
