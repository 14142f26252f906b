#include "src/cli/audit_input.h"

#include <iostream>

#include "src/yaml/unicode.h"

namespace certgate {

absl::Status LoadVerifyingKeys(const std::vector<std::string>& paths,
                               std::vector<VerifyingKey>& keys) {
  for (const std::string& path : paths) {
    auto key = VerifyingKey::Load(path);
    // A file that is no key is no mistake of the command line.
    if (!key.ok()) return absl::UnavailableError(key.status().message());
    keys.push_back(*std::move(key));
  }
  return absl::OkStatus();
}

bool ReadReviewedPolicy(const std::string& path, ColorMode color, PolicySource& policy) {
  if (path.empty()) return true;
  policy = ReadPolicySource(path);
  if (policy.policy == nullptr) Terminal(std::cerr, 2, color).Print(policy.diagnostics);
  return policy.policy != nullptr;
}

ExitCode FailAuditInput(const absl::Status& status) {
  const std::string message(status.message());
  const std::size_t hint = message.rfind("; ");
  Complain(MakePrintable(message.substr(0, hint)),
           hint == message.npos ? "" : MakePrintable(message.substr(hint + 2)));
  return status.code() == absl::StatusCode::kInvalidArgument ? ExitCode::kUsage : ExitCode::kInput;
}

ExitCode EndAuditAnswer(ExitCode answer, const absl::Status& status, const BrokenLines& broken) {
  std::cout << std::flush;
  if (!std::cout) {
    Complain("the answer could not be written to its end", "look whether the disk is full");
    return ExitCode::kInput;
  }
  if (broken.count > 0) {
    const std::string lines = broken.count == 1
                                  ? "1 line is no record"
                                  : std::to_string(broken.count) + " lines are no records";
    std::string place = MakePrintable(broken.file);
    if (broken.line > 0) place += ":" + std::to_string(broken.line);
    Complain(lines + " and not in the answer: " + place + ": " + broken.fault,
             "`certgate audit verify` tells whether somebody changed the file");
  }
  if (!status.ok()) return FailAuditInput(status);
  return broken.count > 0 ? ExitCode::kInput : answer;
}

}  // namespace certgate
