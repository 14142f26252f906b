#include <absl/time/clock.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_filter_options.h"
#include "src/cli/audit_input.h"
#include "src/cli/audit_stats_report.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"
#include "src/trail/block_workers.h"
#include "src/trail/record_search.h"
#include "src/trail/trail_files.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "All kinds of record are looked at; the options select among them as with `certgate audit\n"
    "query`. Calls that were counted in `audit-suppressed` and have no record count as denied.\n"
    "\n"
    "Exit codes: 0 done, 1 nothing matches, 2 wrong usage, 3 a file or a line cannot be read; "
    "what\n"
    "the others hold is counted nevertheless.\n"
    "\n"
    "Examples:\n"
    "  certgate audit stats audit.jsonl\n"
    "  certgate audit stats --policy policy/policy.yaml --since 2w audit.jsonl";

class AuditStatsCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("stats", "Count who called what, and what was refused");
    own->footer(kFooter);
    own->add_option("FILES", files_, "audit files, directories, or -")
        ->option_text(" ")
        ->required();
    own->add_option("--policy", policy_, "tell which entries of this policy decided no call")
        ->option_text("FILE");
    filter_.AddTo(*own);
    own->add_option("--top", options_.top, "show so many lines of each table; default: 20")
        ->option_text("N");
    AddFormatOption(*own, format_, {"text", "json"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto filter = filter_.Read(absl::Now(), {});
    if (const auto* problem = std::get_if<Problem>(&filter)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    PolicySource policy;
    if (!ReadReviewedPolicy(policy_, color_, policy)) return ExitCode::kInput;
    if (!policy_.empty()) options_.policy = &policy;
    const auto files = FindTrailFiles(files_, FileOrder::kByTime);
    if (!files.ok()) return FailAuditInput(files.status());
    return Count(*files, std::get<RecordFilter>(filter));
  }

 private:
  ExitCode Count(const std::vector<TrailFile>& files, const RecordFilter& filter) const {
    RecordSearch search(filter);
    std::vector<TrailUsage> parts(UsualWorkers());
    const absl::Status status = search.Each(
        files,
        [&parts](unsigned worker, const ParsedRecord& record) { parts[worker].Add(record); });
    TrailUsage usage;
    for (const TrailUsage& part : parts) usage.Add(part);
    if (format_ == "json") {
      PrintJson(StatsAsJson(usage, options_));
    } else {
      std::cout << StatsAsText(usage, options_, Terminal(std::cout, 1, color_));
    }
    return EndAuditAnswer(usage.records() > 0 ? ExitCode::kYes : ExitCode::kNo, status,
                          search.broken());
  }

  std::vector<std::string> files_;
  std::string policy_;
  AuditFilterOptions filter_;
  StatsOptions options_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeAuditStatsCommand() { return std::make_unique<AuditStatsCommand>(); }

}  // namespace certgate
