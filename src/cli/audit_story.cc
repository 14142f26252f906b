#include "src/cli/audit_story.h"

#include <certgate/decision.h>

#include <string_view>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kLabelWidth = 8;

std::string Shown(std::string_view text) { return "`" + MakePrintable(text) + "`"; }

std::string Method(const ParsedRecord& record) {
  if (record.method.empty()) return "a method that the record does not name";
  return (record.method.starts_with('/') ? "" : "/") + MakePrintable(record.method);
}

std::string Caller(const ParsedRecord& record) {
  const std::string_view caller = CallerOf(record);
  return caller.empty() ? "a caller without a certificate" : MakePrintable(caller);
}

std::string Seconds(std::uint64_t nanoseconds) {
  const std::uint64_t tenths = nanoseconds / 100'000'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

// The first sentence.
std::string Headline(const ParsedRecord& record) {
  const std::string who = Caller(record);
  if (record.action == "authorize") {
    if (!record.is_allowed()) return who + " was refused " + Method(record);
    if (record.reason != "would_deny") return who + " was allowed to call " + Method(record);
    return who + " was let through to " + Method(record) +
           ", and would have been refused but for `mode: observe`";
  }
  if (record.action == "revoke-call") {
    return "a running call of " + who + " to " + Method(record) + " was ended after " +
           Seconds(record.duration);
  }
  if (record.action == "call-end") {
    std::string text =
        "a call of " + who + " to " + Method(record) + " ended after " + Seconds(record.duration);
    if (!record.status.empty()) text += " with " + MakePrintable(record.status);
    return text;
  }
  if (record.action == "audit-suppressed") {
    const std::string count = std::to_string(record.suppressed);
    if (record.reason == "flood") {
      return who + " was refused " + count + " more times" +
             (record.method.empty() ? "" : ", " + Method(record)) +
             ", counted here instead of written one by one";
    }
    return count + " records were counted and not written (" + MakePrintable(record.reason) + ")";
  }
  return MakePrintable(record.message.empty() ? record.action : record.message);
}

class Story {
 public:
  explicit Story(const Terminal& terminal) : terminal_(terminal) {}

  void Headline(const std::string& text) {
    out_ += terminal_.Paint(Style::kBold, text + ".") + "\n\n";
  }

  // Further lines of a label stand below the first.
  void Line(std::string_view label, const std::string& text) {
    if (text.empty()) return;
    const bool is_same = label == label_;
    label_ = label;
    std::string shown(is_same ? std::string_view() : label);
    shown += std::string(kLabelWidth - shown.size(), ' ');
    out_ += "  " + terminal_.Paint(Style::kFaint, shown) + text + '\n';
  }

  std::string Text() && { return std::move(out_); }

 private:
  const Terminal& terminal_;
  std::string out_;
  std::string_view label_;
};

void TellWho(const ParsedRecord& record, Story& story) {
  std::string names;
  const auto add = [&names](const std::string& text) {
    names += (names.empty() ? "" : ", ") + text;
  };
  for (const std::string_view name : record.common_names) add("cn " + Shown(name));
  for (const std::string_view name : record.units) add("ou " + Shown(name));
  for (const std::string_view name : record.alternative_names) add(MakePrintable(name));
  story.Line("who", names);
  if (record.sha256.empty()) return;
  story.Line("who", "certificate " + Shown(record.subject) + " of " + Shown(record.issuer) +
                        ", serial number " + MakePrintable(record.serial));
  story.Line("who", "valid until " + MakePrintable(record.not_after) + ", SHA-256 " +
                        MakePrintable(record.sha256));
  std::string authorities;
  for (const std::string_view one : record.authorities) {
    authorities += (authorities.empty() ? "" : ", ") + Shown(one);
  }
  if (!authorities.empty()) story.Line("who", "vouched for by " + authorities);
}

std::string RuleText(const ParsedRecord& record) {
  if (record.rule.empty()) return "";
  std::string text = "entry " + Shown(record.rule);
  if (!record.ruleset.empty()) text += " of the policy " + Shown(record.ruleset);
  if (!record.rule_owner.empty()) text += ", which belongs to " + MakePrintable(record.rule_owner);
  if (!record.rule_reason.empty()) text += "; its reason is " + Shown(record.rule_reason);
  return text;
}

// In single quotes for a shell; empty if it holds what no shell line should.
std::string ShellWord(std::string_view text) {
  if (text.find('\'') != text.npos || MakePrintable(text) != text) return "";
  return "'" + std::string(text) + "'";
}

// A command that shows how the policy decides for this caller, as far as the record has it.
std::string ExplainCommand(const ParsedRecord& record) {
  std::string command = "certgate explain --policy FILE --at " + MakePrintable(record.time) +
                        " --method " + ShellWord(Method(record));
  const auto add = [&command](std::string_view flag, std::string_view value) {
    const std::string word = ShellWord(value);
    if (!word.empty()) command += " " + std::string(flag) + " " + word;
  };
  for (const std::string_view name : record.common_names) add("--cn", name);
  for (const std::string_view name : record.units) add("--ou", name);
  for (const std::string_view name : record.alternative_names) {
    if (name.starts_with("URI:")) add("--uri", name.substr(4));
    if (name.starts_with("DNS:")) add("--dns", name.substr(4));
  }
  for (const std::string_view name : record.authorities) add("--issuer", name);
  return command;
}

// The policy's answer, as against what is wrong with a certificate or a path.
bool IsOfPolicy(std::string_view reason) {
  return reason == ToString(Reason::kNoMatchingRule) ||
         reason == ToString(Reason::kMethodNotListed) || reason == ToString(Reason::kDeniedByRule);
}

void TellWhy(const ParsedRecord& record, std::string_view reason, Story& story) {
  const DenialAdvice advice = AdviceFor(reason);
  if (!reason.empty() && reason != ToString(Reason::kAllowed)) {
    std::string why = MakePrintable(reason);
    if (!advice.meaning.empty()) why += ": " + std::string(advice.meaning);
    story.Line("why", why);
  }
  if (!record.detail.empty()) story.Line("why", MakePrintable(record.detail));
  if (!record.error.empty()) story.Line("why", MakePrintable(record.error));
  story.Line("why", RuleText(record));
  if (!record.nearest_rule.empty()) {
    story.Line("why", "nearest came entry " + Shown(record.nearest_rule) + ", whose " +
                          Shown(record.nearest_failed) + " did not hold");
  }
  if (!advice.change.empty()) story.Line("change", std::string(advice.change));
  if (IsOfPolicy(reason) && !record.common_names.empty() && !record.method.empty()) {
    story.Line("ask", ExplainCommand(record));
  }
}

// The reason that a decision was made for, or would have been.
std::string_view ReasonOf(const ParsedRecord& record) {
  if (!record.observed_reason.empty()) return record.observed_reason;
  return record.suppressed_reason.empty() ? record.reason : record.suppressed_reason;
}

void TellTrail(const ParsedRecord& record, Story& story) {
  if (record.place.empty()) return;
  story.Line("trail", MakePrintable(record.place));
  if (!record.continues.empty()) {
    story.Line("trail", "goes on from " + MakePrintable(record.continues));
  }
  if (!record.torn.empty()) {
    story.Line("trail", "a torn last line was cut off: " + Shown(record.torn));
  }
  if (!record.remark.empty()) story.Line("trail", MakePrintable(record.remark));
}

}  // namespace

DenialAdvice AdviceFor(std::string_view reason) {
  struct Row {
    Reason reason;
    DenialAdvice advice;
  };
  static constexpr Row kRows[] = {
      {Reason::kNoMatchingRule,
       {"no entry of the policy allows this caller this method",
        "an `allow` entry has to match the caller, or the caller has to come with another "
        "certificate"}},
      {Reason::kMethodNotListed,
       {"no key of the policy is about this method",
        "the policy needs a key for the method, unless the caller misspelt it"}},
      {Reason::kDeniedByRule,
       {"a `deny` or `revoked` entry names this caller",
        "the entry's owner would have to take it back"}},
      {Reason::kMalformedMethod,
       {"the path is not of the form /package.Service/Method",
        "the caller has to send a path of that form; common gRPC clients do"}},
      {Reason::kNoCertificate,
       {"the caller showed no certificate",
        "the caller has to be set up with a client certificate"}},
      {Reason::kIdentityRejected,
       {"the certificate cannot be taken as an identity",
        "the caller needs a certificate that its issuer makes otherwise"}},
      {Reason::kCertificateExpired,
       {"the certificate's time is over", "the caller needs a new certificate"}},
      {Reason::kCertificateNotYetValid,
       {"the certificate's time has not begun",
        "wait, or look at the clocks of the server and of the issuer"}},
      {Reason::kCertificateRevoked,
       {"the certificate, or one of its issuers, is revoked",
        "the caller needs a new certificate"}},
      {Reason::kRevocationUnknown,
       {"no valid revocation list tells of the certificate or of one of its issuers",
        "the server needs a current list of that issuer; `greeter-server --check` names those it "
        "has"}},
      {Reason::kAuditUnavailable,
       {"the record of the call could not be written", "the server has to be able to write again"}},
      {Reason::kIssuerUnproven,
       {"none of the policy's authorities is proved to have issued the certificate",
        "the caller needs a certificate of an authority that the policy names"}},
      {Reason::kInternalError,
       {"the decision could not be made, and what cannot be decided is refused",
        "look at the server's log for the same time"}},
  };
  for (const Row& row : kRows) {
    if (ToString(row.reason) == reason) return row.advice;
  }
  return {};
}

std::string TellRecord(const ParsedRecord& record, const Terminal& terminal) {
  Story story(terminal);
  story.Headline(Headline(record));
  story.Line("when", MakePrintable(record.time));
  if (!record.since.empty()) {
    story.Line("when", "counted from " + MakePrintable(record.since) + " to " +
                           MakePrintable(record.until));
  }
  TellWho(record, story);
  story.Line("from", MakePrintable(record.address));
  TellWhy(record, ReasonOf(record), story);
  if (!record.version.empty()) {
    story.Line("policy", MakePrintable(record.ruleset) + ", " + MakePrintable(record.version));
  }
  TellTrail(record, story);
  if (record.action == "call-end") {
    story.Line("call", std::to_string(record.messages_received) + " messages received, " +
                           std::to_string(record.messages_sent) + " sent");
  }
  if (!record.admitted_by.empty()) {
    story.Line("call", "was admitted by the record " + MakePrintable(record.admitted_by));
  }
  story.Line("record", MakePrintable(record.id) + ", number " + std::to_string(record.sequence) +
                           (record.service.empty() ? "" : ", of " + MakePrintable(record.service)));
  return std::move(story).Text();
}

}  // namespace certgate
