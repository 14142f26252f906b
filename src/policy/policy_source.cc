#include "src/policy/policy_source.h"

#include <exception>
#include <utility>
#include <variant>

#include "src/policy/compile.h"
#include "src/policy/compiled.h"

namespace certgate {
namespace {

void Fail(PolicySource& source, Problem problem) {
  DiagnosticLog log({}, source.file);
  log.Error({}, std::move(problem));
  source.policy = nullptr;
  source.document = {};
  source.diagnostics = std::move(log).Finish();
}

void Parse(PolicySource& source, const FileReader& read) {
  DiagnosticLog log(source.text, source.file);
  PolicyDocument document = ReadPolicyDocument(log, source.file, read);
  if (log.error_count() == 0) {
    source.document = document;
    source.policy = std::make_shared<const Policy>(CompilePolicy(std::move(document)));
  }
  source.diagnostics = std::move(log).Finish();
}

}  // namespace

PolicySource ParsePolicySource(std::string text, const std::string& file, const FileReader& read) {
  PolicySource source;
  source.file = file;
  source.text = std::move(text);
  try {
    Parse(source, read);
  } catch (const std::exception& e) {
    Fail(source, {std::string("cannot load the policy: ") + e.what(), {}});
  }
  return source;
}

PolicySource ReadPolicySource(const std::string& path) {
  std::variant<std::string, Problem> text = ReadInputFile(path, "policy file");
  if (auto* problem = std::get_if<Problem>(&text)) {
    PolicySource source;
    source.file = path;
    Fail(source, std::move(*problem));
    return source;
  }
  return ParsePolicySource(std::get<std::string>(std::move(text)), path);
}

}  // namespace certgate
