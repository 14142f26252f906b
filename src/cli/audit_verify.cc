#include <absl/status/status.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "src/cli/audit_commands.h"
#include "src/cli/audit_input.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/trail/trail_files.h"
#include "src/trail/verify.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFooter[] =
    "Checks the hash of each line, that it names the hash of the line before it, and the numbers,\n"
    "over all files. The first line that was changed, removed, inserted, reordered, duplicated or\n"
    "cut is named. That whole lines were cut off the end can be seen by --closed, --expect-hash, "
    "or\n"
    "signatures.\n"
    "\n"
    "Exit codes: 0 intact, 1 not, 2 wrong usage, 3 a file cannot be read.\n"
    "\n"
    "Examples:\n"
    "  certgate audit verify audit.jsonl\n"
    "  certgate audit verify --closed --format json audit.jsonl";

Json MarkJson(const RecordMark& mark) {
  return {{"sequence", mark.sequence}, {"time", mark.time}, {"hash", mark.hash}};
}

Json TrailJson(const TrailSummary& trail) {
  Json json;
  json["place"] = trail.place;
  json["files"] = trail.files;
  json["records"] = trail.records;
  json["first"] = MarkJson(trail.first);
  json["last"] = MarkJson(trail.last);
  json["complete_from_start"] = trail.begins_at_genesis;
  json["closed"] = trail.is_closed;
  json["signed_until"] =
      trail.signed_until.has_value() ? MarkJson(*trail.signed_until) : Json(nullptr);
  if (trail.signed_until.has_value()) json["unsigned_at_end"] = trail.unsigned_at_end;
  return json;
}

Json FaultJson(const TrailFault& fault) {
  Json json;
  json["kind"] = ToString(fault.kind);
  json["file"] = fault.file;
  if (fault.line > 0) json["line"] = fault.line;
  if (fault.count > 0) json["missing"] = fault.count;
  json["message"] = fault.message;
  json["hint"] = fault.hint;
  return json;
}

std::string Plural(std::uint64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

class AuditVerifyCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own =
        app.add_subcommand("verify", "Tell whether trails are as they were written");
    own->footer(kFooter);
    own->add_option("FILES", files_, "audit files, directories, or -")
        ->option_text(" ")
        ->required();
    own->add_option("--public-key", keys_,
                    "check the signatures with this key, PEM; may be repeated after a change of "
                    "keys")
        ->option_text("FILE")
        ->allow_extra_args(false);
    own->add_option("--expect-hash", expected_,
                    "a record with this hash, noted elsewhere, must be there; may be repeated")
        ->option_text("HASH")
        ->allow_extra_args(false);
    own->add_flag("--closed", options_.must_be_closed, "each trail must end with `audit-close`");
    AddFormatOption(*own, format_, {"text", "json"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    for (const std::string& text : expected_) {
      const auto hash = ChainHash::Parse(text);
      if (!hash.has_value()) {
        Complain("--expect-hash " + Quote(text) + " is no hash",
                 "give the 64 digits of a record's `hash`, in lower case");
        return ExitCode::kUsage;
      }
      options_.expected.push_back(*hash);
    }
    if (const absl::Status loaded = LoadVerifyingKeys(keys_, options_.keys); !loaded.ok()) {
      return FailAuditInput(loaded);
    }
    const auto files = FindTrailFiles(files_, FileOrder::kBySequence);
    if (!files.ok()) return FailAuditInput(files.status());
    VerifyResult result;
    const absl::Status status = VerifyTrails(*files, options_, result);
    // Where nothing could be read, the complaint says all.
    const bool is_empty = !status.ok() && result.records == 0 && result.is_intact();
    if (!is_empty || format_ == "json") Print(result, status, files->size());
    return EndAuditAnswer(result.is_intact() ? ExitCode::kYes : ExitCode::kNo, status, {});
  }

 private:
  void Print(const VerifyResult& result, const absl::Status& status, std::size_t files) const {
    if (format_ == "json") {
      PrintAsJson(result, status);
    } else {
      PrintAsText(result, status, files);
    }
  }

  static void PrintAsJson(const VerifyResult& result, const absl::Status& status) {
    Json json;
    json["intact"] = status.ok() && result.is_intact();
    if (!status.ok()) json["unreadable"] = status.message();
    json["fault"] = result.fault.has_value() ? FaultJson(*result.fault) : Json(nullptr);
    json["further_faults"] = result.further_faults;
    json["records"] = result.records;
    json["trails"] = Json::array();
    for (const TrailSummary& trail : result.trails) json["trails"].push_back(TrailJson(trail));
    json["notes"] = result.notes;
    PrintJson(json);
  }

  void PrintAsText(const VerifyResult& result, const absl::Status& status,
                   std::size_t files) const {
    const Terminal terminal(std::cout, 1, color_);
    if (result.fault.has_value()) PrintFault(*result.fault, terminal);
    for (const TrailSummary& trail : result.trails) PrintTrail(trail, terminal);
    for (const std::string& note : result.notes) {
      std::cout << terminal.Paint(Style::kBlue, "note: ") << MakePrintable(note) << '\n';
    }
    const std::string read = Plural(result.records, "record") + " in " + Plural(files, "file");
    if (!status.ok()) {
      std::cout << "not all could be read: " << read << '\n';
    } else if (result.is_intact()) {
      std::cout << terminal.Paint(Style::kGreen, "intact") << ": " << read << '\n';
    } else {
      std::cout << terminal.Paint(Style::kRed, "not intact") << ": "
                << Plural(result.further_faults + 1, "fault")
                << (result.further_faults > 0 ? ", of which the first is shown; " : "; ") << read
                << '\n';
    }
    std::cout << std::flush;
  }

  static void PrintFault(const TrailFault& fault, const Terminal& terminal) {
    std::string place = MakePrintable(fault.file);
    if (fault.line > 0) place += ":" + std::to_string(fault.line);
    if (!place.empty()) std::cout << terminal.Paint(Style::kBold, place + ": ");
    std::cout << terminal.Paint(Style::kRed, "error: ") << MakePrintable(fault.message) << '\n';
    std::cout << "  = " << MakePrintable(fault.hint) << '\n';
  }

  static void PrintTrail(const TrailSummary& trail, const Terminal&) {
    std::cout << (trail.place.empty() ? "trail" : MakePrintable(trail.place)) << ": records "
              << trail.first.sequence << " to " << trail.last.sequence << ", "
              << MakePrintable(trail.first.time) << " to " << MakePrintable(trail.last.time)
              << "\n  last hash " << trail.last.hash << '\n';
    if (!trail.signed_until.has_value()) return;
    std::cout << "  signed up to record " << trail.signed_until->sequence << ", "
              << MakePrintable(trail.signed_until->time) << "; ";
    if (trail.unsigned_at_end == 0) {
      std::cout << "none behind it\n";
    } else {
      std::cout << Plural(trail.unsigned_at_end, "record") << " behind it not signed yet\n";
    }
  }

  std::vector<std::string> files_;
  std::vector<std::string> keys_;
  std::vector<std::string> expected_;
  VerifyOptions options_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeAuditVerifyCommand() { return std::make_unique<AuditVerifyCommand>(); }

}  // namespace certgate
