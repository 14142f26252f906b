#include <absl/time/clock.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_filter_options.h"
#include "src/cli/audit_input.h"
#include "src/cli/audit_report_page.h"
#include "src/cli/output_file.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/command_line/number_within.h"
#include "src/policy/policy_source.h"
#include "src/trail/block_workers.h"
#include "src/trail/record_search.h"
#include "src/trail/trail_files.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "The page needs nothing else: it can be opened from a file, sent and printed. It says first\n"
    "whether the trail is as it was written, of all records; then what those that are selected\n"
    "tell. Calls that were counted in `audit-suppressed` count as denied.\n"
    "\n"
    "Exit codes: 0 done; 1 done, but the trail is not as it was written; 2 wrong usage; 3 a file\n"
    "or a line cannot be read; what the others hold is in the report nevertheless.\n"
    "\n"
    "Examples:\n"
    "  certgate audit report --html --output report.html audit.jsonl\n"
    "  certgate audit report --html --policy policy/policy.yaml --since 2w audit.jsonl";

class AuditReportCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("report", "Make a page for a review of who called what");
    own->footer(kFooter);
    own->add_option("FILES", files_, "audit files, or directories")->option_text(" ")->required();
    own->add_flag("--html", is_html_, "make an HTML page, the only form there is")->required();
    own->add_option("--output", output_, "write to this file instead of standard output")
        ->option_text("FILE");
    own->add_option("--policy", policy_, "tell which entries of this policy decided no call")
        ->option_text("FILE");
    own->add_option("--public-key", keys_,
                    "check the signatures with this key, PEM; may be repeated after a change of "
                    "keys")
        ->option_text("FILE")
        ->allow_extra_args(false);
    filter_.AddTo(*own);
    own->add_option("--top", top_, "show so many rows of each table; default: 50")
        ->option_text("N")
        ->check(WholeNumberWithin(1, 100'000));
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto filter = filter_.Read(absl::Now(), {});
    if (const auto* problem = std::get_if<Problem>(&filter)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    if (std::find(files_.begin(), files_.end(), "-") != files_.end()) {
      Complain("standard input can be read only once, and a report reads twice",
               "write it to a file, and name that");
      return ExitCode::kUsage;
    }
    PolicySource policy;
    if (!ReadReviewedPolicy(policy_, color_, policy)) return ExitCode::kInput;
    VerifyOptions options;
    if (const absl::Status loaded = LoadVerifyingKeys(keys_, options.keys); !loaded.ok()) {
      return FailAuditInput(loaded);
    }
    const auto files = FindTrailFiles(files_, FileOrder::kBySequence);
    if (!files.ok()) return FailAuditInput(files.status());
    return Report(*files, options, std::get<RecordFilter>(filter), policy);
  }

 private:
  ExitCode Report(const std::vector<TrailFile>& files, const VerifyOptions& options,
                  const RecordFilter& filter, const PolicySource& policy) const {
    VerifyResult verified;
    absl::Status status = VerifyTrails(files, options, verified);
    // Where nothing could be read, the complaint says all.
    if (!status.ok() && verified.records == 0) return FailAuditInput(status);
    RecordSearch search(filter);
    std::vector<TrailReport> parts(UsualWorkers());
    status.Update(search.Each(files, [&parts](unsigned worker, const ParsedRecord& record) {
      parts[worker].Add(record);
    }));
    TrailReport report;
    for (const TrailReport& part : parts) report.Add(part);
    const std::string page = ReportAsHtml({.report = report,
                                           .verified = verified,
                                           .read = status,
                                           .has_key = !options.keys.empty(),
                                           .is_selection = filter_.is_given(),
                                           .policy = policy_.empty() ? nullptr : &policy,
                                           .top = top_,
                                           .made_at = absl::Now()});
    const ExitCode written = WriteOutput(page, output_);
    if (written != ExitCode::kYes) return written;
    const ExitCode end = EndAuditAnswer(ExitCode::kYes, status, search.broken());
    return status.ok() && !verified.is_intact() ? ExitCode::kNo : end;
  }

  std::vector<std::string> files_;
  std::vector<std::string> keys_;
  std::string output_;
  std::string policy_;
  AuditFilterOptions filter_;
  std::size_t top_ = 50;
  bool is_html_ = false;
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeAuditReportCommand() { return std::make_unique<AuditReportCommand>(); }

}  // namespace certgate
