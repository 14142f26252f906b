#include <absl/time/clock.h>
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <deque>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_filter_options.h"
#include "src/cli/audit_input.h"
#include "src/cli/audit_row.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/command_line/number_within.h"
#include "src/trail/follower.h"
#include "src/trail/record_search.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "The options select records as with `certgate audit query`. With --follow the file is read on\n"
    "over its rotations, until the program is interrupted or nobody reads its output.\n"
    "\n"
    "Exit codes: 0 done, 2 wrong usage, 3 the file or a line cannot be read.\n"
    "\n"
    "Example:\n"
    "  certgate audit tail --decision denied -n 20 audit.jsonl";

constexpr int kPollMilliseconds = 250;
// Where the last records stand, unless few of those in the file are asked for.
constexpr std::uint64_t kUsualEnd = std::uint64_t{16} * 1024 * 1024;

volatile std::sig_atomic_t is_interrupted = 0;

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// Waits a moment; false if it is time to end.
bool WaitForMore() {
  pollfd out{STDOUT_FILENO, 0, 0};
  const bool nobody_reads =
      poll(&out, 1, kPollMilliseconds) > 0 && (out.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
  return is_interrupted == 0 && !nobody_reads;
}

class AuditTailCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand("tail", "Show the last records, and new ones");
    own->footer(kFooter);
    own->add_option("FILE", file_, "audit file, or -")->option_text(" ")->required();
    own->add_flag("-f,--follow", follows_, "show new records as they come");
    own->add_option("-n,--lines", lines_, "begin with the last N that match; default: 10")
        ->option_text("N")
        ->check(WholeNumberWithin(0, 1'000'000));
    filter_options_.AddTo(*own);
    AddFormatOption(*own, format_, {"text", "json"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    auto filter = filter_options_.Read(absl::Now(), ActionsOfCalls());
    if (const auto* problem = std::get_if<Problem>(&filter)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    filter_ = std::make_unique<RecordFilter>(std::get<RecordFilter>(std::move(filter)));
    terminal_.emplace(std::cout, 1, color_);
    return follows_ ? Follow() : ShowLast();
  }

 private:
  ExitCode ShowLast() {
    RecordSearch search(*filter_);
    TrailFile file;
    file.path = file_;
    const absl::Status status = search.Find(
        {file},
        [this](const ParsedRecord& record, std::string_view line) { return Render(record, line); },
        [this](std::string&& rendered) { Keep(std::move(rendered)); });
    PrintLast();
    return EndAuditAnswer(ExitCode::kYes, status, search.broken());
  }

  ExitCode Follow() {
    if (file_ == "-") {
      Complain("standard input cannot be followed", "leave out --follow, or name the file");
      return ExitCode::kUsage;
    }
    auto follower = TrailFollower::Open(file_);
    if (!follower.ok()) return FailAuditInput(follower.status());
    StopOnSignals();
    absl::Status status = ReadLast(**follower);
    PrintLast();
    ExitCode code = TellBroken(ExitCode::kYes);
    while (status.ok() && std::cout && WaitForMore()) {
      status = (*follower)->Poll([this](const TrailLine& line) {
        if (Look(line)) std::cout << Render(record_, line.text);
      });
      std::cout << std::flush;
      const std::string news = (*follower)->TakeNews();
      if (!news.empty()) Complain("`" + MakePrintable(file_) + "` " + news);
      code = TellBroken(code);
    }
    return EndAuditAnswer(code, status, {});
  }

  // At once: nobody knows when the program ends.
  ExitCode TellBroken(ExitCode code) {
    return EndAuditAnswer(code, absl::OkStatus(), std::exchange(broken_, {}));
  }

  absl::Status ReadLast(TrailFollower& follower) {
    const auto keep = [this](const TrailLine& line) {
      if (Look(line)) Keep(Render(record_, line.text));
    };
    const bool is_part = follower.StartBeforeEnd(kUsualEnd);
    absl::Status status = follower.Poll(keep);
    if (!is_part || last_.size() >= lines_) return status;
    // There may be more before.
    last_.clear();
    broken_ = {};
    sequence_ = 0;
    follower.Restart();
    return follower.Poll(keep);
  }

  // Reads a line into `record_`. Whether it is asked for.
  bool Look(const TrailLine& line) {
    const std::string_view fault =
        line.is_too_long ? "it is longer than 1 MiB" : reader_.Read(line.text, record_);
    if (!fault.empty()) {
      broken_.Add({1, file_, 0, std::string(fault)});
      return false;
    }
    if (sequence_ != 0 && record_.sequence > sequence_ + 1) {
      Complain("records " + std::to_string(sequence_ + 1) + " to " +
                   std::to_string(record_.sequence - 1) +
                   " are not shown: they are not in this file",
               "it was rotated too fast, or changed: `certgate audit verify` tells");
    }
    sequence_ = record_.sequence;
    return filter_->Matches(record_);
  }

  void Keep(std::string&& rendered) {
    last_.push_back(std::move(rendered));
    if (last_.size() > lines_) last_.pop_front();
  }

  void PrintLast() {
    for (const std::string& rendered : last_) std::cout << rendered;
    std::cout << std::flush;
    last_.clear();
  }

  std::string Render(const ParsedRecord& record, std::string_view line) const {
    if (format_ == "json") return std::string(line) + '\n';
    return AuditTextRow(record, *terminal_);
  }

  std::string file_;
  bool follows_ = false;
  std::uint64_t lines_ = 10;
  AuditFilterOptions filter_options_;
  std::unique_ptr<RecordFilter> filter_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
  std::optional<Terminal> terminal_;
  std::deque<std::string> last_;
  RecordReader reader_;
  ParsedRecord record_;
  std::uint64_t sequence_ = 0;
  BrokenLines broken_;
};

}  // namespace

std::unique_ptr<Command> MakeAuditTailCommand() { return std::make_unique<AuditTailCommand>(); }

}  // namespace certgate
