#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/analysis/import_authz.h"
#include "src/analysis/import_ghostunnel.h"
#include "src/analysis/imported_policy.h"
#include "src/cli/command.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/policy/load_method_key.h"
#include "src/yaml/input_file.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFooter[] =
    "The policy goes to standard output. It never allows what the original does not: what cannot "
    "be\n"
    "expressed is left out where it allows, and widened where it denies. Each such thing stands in "
    "a\n"
    "comment of the policy and on standard error.\n"
    "\n"
    "Exit codes: 0 all was carried over, 1 something was left out or widened, 2 wrong usage, 3 the "
    "file\n"
    "is missing or invalid.\n"
    "\n"
    "Examples:\n"
    "  certgate import grpc-authz authz.json > policy.yaml\n"
    "  certgate import ghostunnel --allow-cn my-grpc-client --allow-uri 'spiffe://acme.example/**'";

constexpr char kGhostunnelFooter[] =
    "Behind these options give the flags as ghostunnel has them: --allow-all, --allow-cn, "
    "--allow-ou,\n"
    "--allow-dns, --allow-uri. Flags that do not say who may connect are passed over.\n"
    "\n"
    "Exit codes: 0 all was carried over, 1 something was left out or widened, 2 wrong usage.\n"
    "\n"
    "Example:\n"
    "  certgate import ghostunnel --method '/acme.shop.Orders/*' \\\n"
    "    --allow-cn storefront --allow-ou=ops --allow-uri 'spiffe://acme.example/ns/*/orders'";

Style StyleOf(ImportNote::Kind kind) {
  switch (kind) {
    case ImportNote::Kind::kLeftOut:
      return Style::kRed;
    case ImportNote::Kind::kWidened:
      return Style::kYellow;
    case ImportNote::Kind::kRemark:
      break;
  }
  return Style::kBlue;
}

std::string_view WordFor(ImportNote::Kind kind) {
  return kind == ImportNote::Kind::kLeftOut ? "left_out" : ToString(kind);
}

class ImportCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand(
        "import", "Make a policy of a gRPC authorization policy or of ghostunnel's flags");
    own->footer(kFooter);
    own->require_subcommand(1);

    authz_ =
        own->add_subcommand("grpc-authz", "Import a gRPC authorization policy (gRFC A43, JSON)");
    authz_->add_option("FILE", file_, "the authorization policy")->option_text(" ")->required();
    AddCommonOptions(*authz_);

    ghostunnel_ = own->add_subcommand("ghostunnel", "Import flags of `ghostunnel server`");
    ghostunnel_->footer(kGhostunnelFooter);
    ghostunnel_
        ->add_option("--method", request_.method, "method key to allow the callers; default: all")
        ->option_text("KEY");
    AddCommonOptions(*ghostunnel_);
    ghostunnel_->allow_extras();
    return own;
  }

  ExitCode Run() override {
    if (HasControl(name_)) {
      Complain("the name " + Quote(name_) + " holds a control character", "remove it");
      return ExitCode::kUsage;
    }
    return authz_->parsed() ? RunAuthz() : RunGhostunnel();
  }

 private:
  void AddCommonOptions(CLI::App& app) {
    app.add_option("--name", name_, "name of the policy")->option_text("NAME");
    AddFormatOption(app, format_, {"text", "json"});
    AddColorOption(app, color_);
  }

  ExitCode RunAuthz() const {
    const std::variant<std::string, Problem> text = ReadInputFile(file_, "authorization policy");
    if (const auto* problem = std::get_if<Problem>(&text)) return Fail(*problem, ExitCode::kInput);
    const auto imported = ImportAuthzPolicy(std::get<std::string>(text), file_, name_);
    if (const auto* diagnostics = std::get_if<std::vector<Diagnostic>>(&imported)) {
      Terminal(std::cerr, 2, color_).Print(*diagnostics);
      return ExitCode::kInput;
    }
    return Print(std::get<ImportedPolicy>(imported));
  }

  ExitCode RunGhostunnel() {
    const auto scope = ParseMethodKey(request_.method);
    if (const auto* problem = std::get_if<Problem>(&scope)) return Fail(*problem, ExitCode::kUsage);
    request_.flags = ghostunnel_->remaining();
    if (!name_.empty()) request_.name = name_;
    const auto imported = ImportGhostunnel(request_);
    if (const auto* problem = std::get_if<Problem>(&imported)) {
      return Fail(*problem, ExitCode::kUsage);
    }
    return Print(std::get<ImportedPolicy>(imported));
  }

  static ExitCode Fail(const Problem& problem, ExitCode code) {
    Complain(problem.message, problem.hint);
    return code;
  }

  ExitCode Print(const ImportedPolicy& imported) const {
    const std::variant<std::string, Problem> policy = WriteImport(imported);
    if (const auto* problem = std::get_if<Problem>(&policy))
      return Fail(*problem, ExitCode::kInput);
    if (format_ == "json") {
      PrintAsJson(imported, std::get<std::string>(policy));
    } else {
      std::cout << std::get<std::string>(policy);
      std::cout.flush();
      PrintNotes(imported);
    }
    return imported.is_complete() ? ExitCode::kYes : ExitCode::kNo;
  }

  void PrintNotes(const ImportedPolicy& imported) const {
    const Terminal errors(std::cerr, 2, color_);
    for (const ImportNote& note : imported.notes) {
      errors.out() << errors.Paint(StyleOf(note.kind), ToString(note.kind)) << ": "
                   << MakePrintable(note.place) << ": " << MakePrintable(note.message) << '\n';
    }
  }

  static void PrintAsJson(const ImportedPolicy& imported, const std::string& policy) {
    Json json;
    json["policy"] = policy;
    json["complete"] = imported.is_complete();
    json["notes"] = Json::array();
    for (const ImportNote& note : imported.notes) {
      Json one;
      one["kind"] = WordFor(note.kind);
      one["place"] = note.place;
      one["message"] = note.message;
      if (!note.original.empty()) one["original"] = note.original;
      json["notes"].push_back(std::move(one));
    }
    PrintJson(json);
  }

  CLI::App* authz_ = nullptr;
  CLI::App* ghostunnel_ = nullptr;
  std::string file_;
  std::string name_;
  GhostunnelImport request_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeImportCommand() { return std::make_unique<ImportCommand>(); }

}  // namespace certgate
