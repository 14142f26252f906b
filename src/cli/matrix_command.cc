#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "src/analysis/access_matrix.h"
#include "src/cli/caller_options.h"
#include "src/cli/command.h"
#include "src/cli/descriptor_set.h"
#include "src/cli/matrix_output.h"
#include "src/cli/output_file.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr char kFooter[] =
    "Rows are client sets and the other callers that entries name; columns are method keys. The\n"
    "HTML page needs nothing else and works from a file. In CSV, a field that a spreadsheet would\n"
    "take for a formula gets an apostrophe before it.\n"
    "\n"
    "Exit codes: 0 done, 2 wrong usage, 3 a file is missing or invalid.\n"
    "\n"
    "Example:\n"
    "  certgate matrix policy/policy.yaml --format html --output matrix.html";

class MatrixCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand("matrix", "Show who may call what, as a table");
    own->footer(kFooter);
    own->add_option("FILE", policy_, "policy file")->option_text(" ")->required();
    own->add_option("--descriptor-set", descriptor_sets_,
                    "show the methods of these services too, from protoc --descriptor_set_out; "
                    "may be repeated")
        ->option_text("FILE");
    own->add_option("--output", output_, "write to this file instead of standard output")
        ->option_text("FILE");
    time_.AddTo(*own);
    AddFormatOption(*own, format_, {"text", "csv", "json", "html"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    const auto time = time_.Read();
    if (const auto* problem = std::get_if<Problem>(&time)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kUsage;
    }
    const PolicySource source = ReadPolicySource(policy_);
    if (source.policy == nullptr) {
      Terminal(std::cerr, 2, color_).Print(source.diagnostics);
      return ExitCode::kInput;
    }
    std::variant<ServiceCatalog, Problem> services = ServiceCatalog();
    if (!descriptor_sets_.empty()) services = ReadDescriptorSets(descriptor_sets_);
    if (const auto* problem = std::get_if<Problem>(&services)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kInput;
    }
    const auto matrix = MakeAccessMatrix(source.document, &std::get<ServiceCatalog>(services),
                                         std::get<absl::Time>(time));
    if (const auto* problem = std::get_if<Problem>(&matrix)) {
      Complain(problem->message, problem->hint);
      return ExitCode::kInput;
    }
    return WriteOutput(Render(std::get<AccessMatrix>(matrix), source), output_);
  }

 private:
  std::string Render(const AccessMatrix& matrix, const PolicySource& source) const {
    if (format_ == "csv") return MatrixAsCsv(matrix);
    if (format_ == "html") return MatrixAsHtml(matrix, source);
    if (format_ == "json") return JsonText(MatrixAsJson(matrix, source));
    // A file is no terminal.
    const ColorMode mode =
        output_.empty() || color_ == ColorMode::kAlways ? color_ : ColorMode::kNever;
    return MatrixAsText(matrix, source, Terminal(std::cout, 1, mode));
  }

  std::string policy_;
  std::vector<std::string> descriptor_sets_;
  std::string output_;
  TimeOption time_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeMatrixCommand() { return std::make_unique<MatrixCommand>(); }

}  // namespace certgate
