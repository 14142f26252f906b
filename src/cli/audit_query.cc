#include <absl/time/clock.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <deque>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_filter_options.h"
#include "src/cli/audit_input.h"
#include "src/cli/audit_row.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/command_line/number_within.h"
#include "src/trail/record_search.h"
#include "src/trail/trail_files.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "A record has to match each option that is given; one of them where an option is repeated.\n"
    "Without --action those records are searched that tell of calls: authorize, revoke-call and\n"
    "audit-suppressed, which counts calls that have no record of their own. JSON is the records\n"
    "as they stand in the files.\n"
    "\n"
    "Exit codes: 0 found, 1 nothing matches, 2 wrong usage, 3 a file or a line cannot be read; "
    "what\n"
    "the others hold is shown nevertheless.\n"
    "\n"
    "Examples:\n"
    "  certgate audit query --decision denied --since 1h audit.jsonl\n"
    "  certgate audit query --caller 'my-*' --method '/helloworld.*' --format json audit.jsonl";

class AuditQueryCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand("query", "Find records");
    own->footer(kFooter);
    own->add_option("FILES", files_, "audit files, directories, or -")
        ->option_text(" ")
        ->required();
    filter_.AddTo(*own);
    own->add_option("--limit", limit_, "show the newest N that match, the oldest of them first")
        ->option_text("N")
        ->check(WholeNumberWithin(1, 1'000'000));
    AddFormatOption(*own, format_, {"text", "json", "csv"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto filter = filter_.Read(absl::Now(), ActionsOfCalls());
    if (const auto* problem = std::get_if<Problem>(&filter)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    const auto files = FindTrailFiles(files_, FileOrder::kByTime);
    if (!files.ok()) return FailAuditInput(files.status());
    terminal_.emplace(std::cout, 1, color_);
    RecordSearch search(std::get<RecordFilter>(filter));
    const absl::Status status = search.Find(
        *files,
        [this](const ParsedRecord& record, std::string_view line) { return Render(record, line); },
        [this](std::string&& rendered) { Print(std::move(rendered)); });
    for (const std::string& rendered : newest_) std::cout << rendered;
    return EndAuditAnswer(found_ > 0 ? ExitCode::kYes : ExitCode::kNo, status, search.broken());
  }

 private:
  std::string Render(const ParsedRecord& record, std::string_view line) const {
    if (format_ == "json") return std::string(line) + '\n';
    if (format_ == "csv") return AuditCsvRow(record);
    return AuditTextRow(record, *terminal_);
  }

  void Print(std::string&& rendered) {
    if (found_++ == 0 && format_ != "json") {
      std::cout << (format_ == "csv" ? AuditCsvHeader() : AuditTextHeader(*terminal_));
    }
    if (limit_ == 0) {
      std::cout << rendered;
      return;
    }
    newest_.push_back(std::move(rendered));
    if (newest_.size() > limit_) newest_.pop_front();
  }

  std::vector<std::string> files_;
  AuditFilterOptions filter_;
  std::uint64_t limit_ = 0;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
  std::optional<Terminal> terminal_;
  std::uint64_t found_ = 0;
  std::deque<std::string> newest_;
};

}  // namespace

std::unique_ptr<Command> MakeAuditQueryCommand() { return std::make_unique<AuditQueryCommand>(); }

}  // namespace certgate
