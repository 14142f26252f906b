#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_input.h"
#include "src/cli/audit_story.h"
#include "src/cli/terminal.h"
#include "src/trail/line_block.h"
#include "src/trail/record_search.h"
#include "src/trail/trail_files.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "ID is the `event.id` of a record, which a refused caller is told, or the beginning of one.\n"
    "What became later of a call that it admitted is told too.\n"
    "\n"
    "Exit codes: 0 found, 1 no record or more than one has this ID, 2 wrong usage, 3 a file or a\n"
    "line cannot be read.\n"
    "\n"
    "Example:\n"
    "  certgate audit show 01JDC7V9Z8W2M4T6R8Q0N2P4K6 audit.jsonl";

// More than anybody reads; a short beginning would match all records.
constexpr std::size_t kMostLines = 1000;
constexpr std::size_t kMostNamed = 10;

/// A record with the line that it was read from, to which its views point.
class OwnedRecord {
 public:
  // The line was read before, and holds a record.
  explicit OwnedRecord(const std::string& line) : text_(line + std::string(kLinePadding, ' ')) {
    reader_.Read(std::string_view(text_).substr(0, line.size()), record_);
  }
  OwnedRecord(const OwnedRecord&) = delete;
  OwnedRecord& operator=(const OwnedRecord&) = delete;

  const ParsedRecord& record() const { return record_; }

 private:
  const std::string text_;
  RecordReader reader_;
  ParsedRecord record_;
};
using Records = std::vector<std::unique_ptr<OwnedRecord>>;

class AuditShowCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand("show", "Explain one record in sentences");
    own->footer(kFooter);
    own->add_option("ID", id_, "id of the record, or the beginning of it")
        ->option_text(" ")
        ->required();
    own->add_option("FILES", files_, "audit files, directories, or -")
        ->option_text(" ")
        ->required();
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    if (id_.empty() || !std::all_of(id_.begin(), id_.end(), [](unsigned char c) {
          return std::isalnum(c) != 0 || c == '-';
        })) {
      Complain(Quote(id_) + " is no id of a record",
               "give what stands in `event.id`, or what the refused caller was told");
      return ExitCode::kUsage;
    }
    std::transform(id_.begin(), id_.end(), id_.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto files = FindTrailFiles(files_, FileOrder::kByTime);
    if (!files.ok()) return FailAuditInput(files.status());
    FilterWords words;
    words.ids = {id_};
    const RecordFilter filter(std::move(words));
    RecordSearch search(filter);
    const absl::Status status = search.Find(
        *files, [](const ParsedRecord&, std::string_view line) { return std::string(line); },
        [this](std::string&& line) {
          if (lines_.size() < kMostLines) lines_.push_back(std::move(line));
        });
    return EndAuditAnswer(Tell(), status, search.broken());
  }

 private:
  ExitCode Tell() const {
    Records wanted;
    Records later;
    for (const std::string& line : lines_) {
      auto one = std::make_unique<OwnedRecord>(line);
      (one->record().id.starts_with(id_) ? wanted : later).push_back(std::move(one));
    }
    if (wanted.empty()) return TellMissing();
    // The same record may stand in two copies of a file.
    const bool is_one = std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
      return one->record().id == wanted.front()->record().id;
    });
    if (!is_one) return TellSeveral(wanted);
    const Terminal terminal(std::cout, 1, color_);
    std::cout << TellRecord(wanted.front()->record(), terminal);
    for (const auto& one : later) {
      std::cout << "\nlater: " << TellRecord(one->record(), terminal);
    }
    return ExitCode::kYes;
  }

  ExitCode TellMissing() const {
    std::cout
        << "no record has the id " << Quote(id_)
        << "\n  = it may stand in an older file, in the trail of another server, or in the log "
           "collector;\n    records of a flood are counted in `audit-suppressed` and have "
           "none: `certgate audit query\n    --action audit-suppressed` shows them\n";
    return ExitCode::kNo;
  }

  ExitCode TellSeveral(const Records& records) const {
    std::cout << "the id of " << (lines_.size() < kMostLines ? "" : "more than ") << records.size()
              << " records begins with " << Quote(id_) << '\n';
    for (std::size_t i = 0; i < std::min(records.size(), kMostNamed); ++i) {
      std::cout << "  " << MakePrintable(records[i]->record().id) << "  "
                << MakePrintable(records[i]->record().message) << '\n';
    }
    std::cout << "  = give more of it\n";
    return ExitCode::kNo;
  }

  std::string id_;
  std::vector<std::string> files_;
  ColorMode color_ = ColorMode::kAuto;
  std::vector<std::string> lines_;
};

}  // namespace

std::unique_ptr<Command> MakeAuditShowCommand() { return std::make_unique<AuditShowCommand>(); }

}  // namespace certgate
