#include <absl/time/time.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/oracle/generate.h"
#include "tests/oracle/policy_text.h"

// How a failing case is shown: as the policy file, and a line for each question.
namespace certgate::oracle {
namespace {

void AddTexts(const char* field, const std::vector<std::string>& texts, std::string& line) {
  for (const std::string& text : texts) line += std::string(" ") + field + " `" + text + "`";
}

std::string TimeOf(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace

std::string Describe(const Question& question) {
  const PeerIdentity& caller = question.caller;
  std::string line = "`" + question.path + "` at " + TimeOf(question.now) + " by";
  if (caller.common_name) AddTexts("cn", {*caller.common_name}, line);
  AddTexts("ou", caller.organizational_units, line);
  AddTexts("o", caller.organizations, line);
  AddTexts("dns", caller.dns_names, line);
  AddTexts("uri", caller.uris, line);
  AddTexts("email", caller.emails, line);
  AddTexts("serial", {caller.certificate.serial_number}, line);
  AddTexts("sha256", {caller.certificate.sha256}, line);
  for (const VouchingAuthority& authority : caller.authorities) {
    AddTexts("issuer", {authority.name}, line);
    line += " " + TimeOf(authority.not_before) + " to " + TimeOf(authority.not_after);
  }
  return line + " valid " + TimeOf(caller.certificate.not_before) + " to " +
         TimeOf(caller.certificate.not_after);
}

void showValue(const Case& value, std::ostream& os) {
  os << "\n" << WritePolicy(value.model, value.style).text;
  for (const Question& question : value.questions) os << Describe(question) << "\n";
}

void showValue(const Entry& value, std::ostream& os) {
  Model model;
  model.revoked.push_back(value);
  os << "\n" << WritePolicy(model, 0).text;
}

void showValue(const Addition& value, std::ostream& os) {
  Model model;
  model.methods.push_back({value.key, "", {value.entry}, {}});
  os << "\n" << WritePolicy(model, 0).text;
}

}  // namespace certgate::oracle
