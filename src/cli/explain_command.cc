#include <absl/time/time.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "src/analysis/clause.h"
#include "src/analysis/explain.h"
#include "src/cli/caller_options.h"
#include "src/cli/command.h"
#include "src/cli/output_format.h"
#include "src/cli/terminal.h"
#include "src/policy/policy_source.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFooter[] =
    "Exit codes: 0 the call is let through, 1 it is refused, 2 wrong usage, 3 a file is missing "
    "or\n"
    "invalid.\n"
    "\n"
    "Example:\n"
    "  certgate explain --policy policy/policy.yaml --method /helloworld.Greeter/SayHello \\\n"
    "    --cn my-grpc-client --ou payments";

/// The question, and what is known of the answer.
struct Inquiry {
  PolicySource policy;
  std::string method;
  absl::Time time;
  PresentedCaller caller;
  /// Of a caller that was refused before the policy is asked, only the decision.
  Explanation explanation;
};

std::string_view StatusOf(const Decision& decision) {
  if (decision.effect == Effect::kAllow) return "OK";
  switch (decision.reason) {
    case Reason::kNoMatchingRule:
    case Reason::kMethodNotListed:
    case Reason::kDeniedByRule:
    case Reason::kMalformedMethod:
      return "PERMISSION_DENIED";
    case Reason::kInternalError:
      return "INTERNAL";
    default:
      return "UNAUTHENTICATED";
  }
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

std::string PlaceOf(const Inquiry& inquiry, const Entry& entry) {
  return MakePrintable(inquiry.policy.file) + ":" + std::to_string(entry.location.line);
}

class TextAnswer {
 public:
  TextAnswer(const Inquiry& inquiry, const Terminal& terminal)
      : inquiry_(inquiry), explanation_(inquiry.explanation), terminal_(terminal) {}

  void Print() const {
    PrintDecision();
    if (!inquiry_.caller.identity.has_value()) return;
    PrintConsidered();
    PrintMemberships();
  }

 private:
  void Line(const char* what, const std::string& text) const {
    std::string label = std::string("  ") + what;
    label.resize(12, ' ');
    terminal_.out() << terminal_.Paint(Style::kFaint, label) << text << '\n';
  }

  void PrintDecision() const {
    const Decision& decision = explanation_.decision;
    const bool allowed = decision.effect == Effect::kAllow;
    const bool observed = decision.reason == Reason::kWouldDeny;
    const Style style = observed ? Style::kYellow : allowed ? Style::kGreen : Style::kRed;
    std::string verdict = allowed ? "ALLOWED" : "DENIED";
    if (observed) verdict = "LET THROUGH";
    terminal_.out() << terminal_.Paint(style, verdict) << "  " << ToString(decision.reason);
    if (observed) terminal_.out() << ": under enforce " << ToString(decision.observed);
    if (!allowed) terminal_.out() << " (" << StatusOf(decision) << ")";
    terminal_.out() << '\n';
    if (inquiry_.caller.identity.has_value()) {
      Line("caller", DescribeCaller(*inquiry_.caller.identity, inquiry_.time));
    }
    Line("method", MakePrintable(inquiry_.method));
    Line("because", explanation_.because);
    if (explanation_.deciding.has_value()) PrintRule(*explanation_.deciding);
    if (!explanation_.nearest_miss.empty()) {
      Line("nearest", explanation_.nearest_miss);
      Line("", PlaceOf(inquiry_, *explanation_.nearest->entry));
    }
    if (observed) PrintMode();
  }

  void PrintRule(const Rule& rule) const {
    Line("rule", Quote(rule.name()) + ", " + std::string(ToString(rule.list)) + " at " +
                     PlaceOf(inquiry_, *rule.entry));
    if (!rule.entry->owner.empty()) Line("owner", MakePrintable(rule.entry->owner));
    if (!rule.entry->reason.empty()) Line("reason", MakePrintable(rule.entry->reason));
  }

  void PrintMode() const {
    const MethodRules* const key = explanation_.mode_key;
    const PolicyDocument& document = inquiry_.policy.document;
    const SourceLocation place = key == nullptr ? document.mode_location : key->mode_location;
    Line("mode",
         "observe, at " + MakePrintable(inquiry_.policy.file) + ":" + std::to_string(place.line));
  }

  void PrintConsidered() const {
    if (explanation_.considered.empty()) return;
    terminal_.out() << "\nconsidered, the most specific method first:\n";
    const MethodRules* method = nullptr;
    for (const ConsideredRule& considered : explanation_.considered) {
      if (considered.rule.method != method) {
        method = considered.rule.method;
        terminal_.out() << "  " << (method == nullptr ? "revoked" : MakePrintable(method->key))
                        << '\n';
      }
      PrintEntry(considered);
    }
  }

  void PrintEntry(const ConsideredRule& considered) const {
    const Style style = considered.matches ? Style::kBold : Style::kFaint;
    std::string line = "    ";
    line += considered.matches ? "matches  " : "no match ";
    line += ToString(considered.rule.list);
    line += " " + Quote(considered.rule.name()) + ", line " +
            std::to_string(considered.rule.entry->location.line) + ": ";
    bool is_first = true;
    for (const SelectorOutcome& outcome : considered.selectors) {
      if (!std::exchange(is_first, false)) line += ", ";
      line += DescribeSelector(*outcome.selector);
      line += outcome.holds ? " holds" : " does not hold";
    }
    if (considered.has_expired) {
      line += ", expired " + TimeText(considered.rule.entry->expires);
    }
    terminal_.out() << terminal_.Paint(style, line) << '\n';
  }

  void PrintMemberships() const {
    bool is_first = true;
    for (const ConsideredMember& member : explanation_.members) {
      if (!member.matches()) continue;
      if (std::exchange(is_first, false)) terminal_.out() << "\nthe caller is in:\n";
      terminal_.out() << "    client " << Quote(member.client->name) << ", line "
                      << member.entry->location.line << '\n';
    }
  }

  const Inquiry& inquiry_;
  const Explanation& explanation_;
  const Terminal& terminal_;
};

class JsonAnswer {
 public:
  explicit JsonAnswer(const Inquiry& inquiry)
      : inquiry_(inquiry), explanation_(inquiry.explanation) {}

  Json Make() const {
    const Decision& decision = explanation_.decision;
    Json json;
    json["decision"] = ToString(decision.effect);
    json["reason"] = ToString(decision.reason);
    json["status"] = StatusOf(decision);
    json["mode"] = ToString(decision.mode);
    if (decision.reason == Reason::kWouldDeny) {
      json["observed_reason"] = ToString(decision.observed);
    }
    json["because"] = explanation_.because;
    json["method"] = inquiry_.method;
    json["at"] = TimeText(inquiry_.time);
    json["caller"] = Caller();
    json["policy"] = {{"name", inquiry_.policy.document.name},
                      {"version", inquiry_.policy.document.version},
                      {"file", inquiry_.policy.file}};
    json["rule"] = explanation_.deciding ? RuleJson(*explanation_.deciding) : Json(nullptr);
    json["nearest"] = explanation_.nearest ? RuleJson(*explanation_.nearest) : Json(nullptr);
    if (!explanation_.nearest_miss.empty()) json["nearest_miss"] = explanation_.nearest_miss;
    json["considered"] = Considered();
    json["member_of"] = MemberOf();
    return json;
  }

 private:
  Json Caller() const {
    Json json = Json::object();
    if (!inquiry_.caller.identity.has_value()) return json;
    for (const Field field : {Field::kCn, Field::kOu, Field::kO, Field::kDns, Field::kUri,
                              Field::kEmail, Field::kIssuer, Field::kSerial, Field::kSha256}) {
      json[std::string(ToString(field))] =
          ValuesOf(*inquiry_.caller.identity, field, inquiry_.time);
    }
    return json;
  }

  Json RuleJson(const Rule& rule) const {
    Json json;
    json["name"] = rule.name();
    json["list"] = ToString(rule.list);
    json["method"] = rule.method == nullptr ? Json(nullptr) : Json(rule.method->key);
    json["file"] = inquiry_.policy.file;
    json["line"] = rule.entry->location.line;
    if (!rule.entry->owner.empty()) json["owner"] = rule.entry->owner;
    if (!rule.entry->reason.empty()) json["reason"] = rule.entry->reason;
    return json;
  }

  Json Considered() const {
    Json all = Json::array();
    for (const ConsideredRule& considered : explanation_.considered) {
      Json json = RuleJson(considered.rule);
      json["matches"] = considered.matches;
      json["expired"] = considered.has_expired;
      json["fields"] = Json::array();
      for (const SelectorOutcome& outcome : considered.selectors) {
        json["fields"].push_back({{"field", ToString(outcome.selector->field)},
                                  {"needs", DescribeSelector(*outcome.selector)},
                                  {"holds", outcome.holds}});
      }
      all.push_back(std::move(json));
    }
    return all;
  }

  Json MemberOf() const {
    Json all = Json::array();
    for (const ConsideredMember& member : explanation_.members) {
      if (!member.matches()) continue;
      all.push_back({{"client", member.client->name}, {"line", member.entry->location.line}});
    }
    return all;
  }

  const Inquiry& inquiry_;
  const Explanation& explanation_;
};

class ExplainCommand final : public Command {
 public:
  CLI::App* AddTo(CLI::App& app) override {
    CLI::App* const own = app.add_subcommand(
        "explain", "Tell what a policy decides for a caller and a method, and why");
    own->footer(kFooter);
    own->add_option("--policy", policy_, "policy file (required)")->option_text("FILE")->required();
    own->add_option("--method", method_, "path of the call, /package.Service/Method (required)")
        ->option_text("PATH")
        ->required();
    caller_.AddTo(*own);
    time_.AddTo(*own);
    AddFormatOption(*own, format_, {"text", "json"});
    AddColorOption(*own, color_);
    return own;
  }

  ExitCode Run() override {
    if (const std::optional<Problem> mistake = caller_.FindMistake()) {
      return Fail(*mistake, ExitCode::kUsage);
    }
    Inquiry inquiry;
    inquiry.method = method_;
    const auto time = time_.Read();
    if (const auto* problem = std::get_if<Problem>(&time)) return Fail(*problem, ExitCode::kUsage);
    inquiry.time = std::get<absl::Time>(time);
    inquiry.policy = ReadPolicySource(policy_);
    if (inquiry.policy.policy == nullptr) {
      Terminal(std::cerr, 2, color_).Print(inquiry.policy.diagnostics);
      return ExitCode::kInput;
    }
    auto caller = caller_.Read(inquiry.policy, inquiry.time);
    if (const auto* problem = std::get_if<Problem>(&caller)) {
      return Fail(*problem, ExitCode::kInput);
    }
    inquiry.caller = std::get<PresentedCaller>(std::move(caller));
    Answer(inquiry);
    Print(inquiry);
    return inquiry.explanation.decision.effect == Effect::kAllow ? ExitCode::kYes : ExitCode::kNo;
  }

 private:
  static ExitCode Fail(const Problem& problem, ExitCode code) {
    Complain(problem.message, problem.hint);
    return code;
  }

  static void Answer(Inquiry& inquiry) {
    if (inquiry.caller.identity.has_value()) {
      inquiry.explanation =
          Explain(inquiry.policy, *inquiry.caller.identity, inquiry.method, inquiry.time);
      const bool is_claimed = inquiry.caller.identity->certificate.subject.empty();
      if (inquiry.explanation.decision.reason == Reason::kIssuerUnproven && is_claimed) {
        inquiry.explanation.because =
            "no authority of the policy vouches for the caller; say which one does with --issuer";
      }
      return;
    }
    inquiry.explanation.decision.reason = inquiry.caller.refusal;
    inquiry.explanation.because =
        DescribeReason(inquiry.caller.refusal) + " (" + inquiry.caller.detail + ")";
  }

  void Print(const Inquiry& inquiry) const {
    if (format_ == "json") {
      PrintJson(JsonAnswer(inquiry).Make());
    } else {
      TextAnswer(inquiry, Terminal(std::cout, 1, color_)).Print();
    }
  }

  std::string policy_;
  std::string method_;
  CallerOptions caller_;
  TimeOption time_;
  std::string format_ = "text";
  ColorMode color_ = ColorMode::kAuto;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() { return std::make_unique<ExplainCommand>(); }

}  // namespace certgate
