#include <nlohmann/json.hpp>
#include <utility>

#include "src/cli/check_report.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

const char* NameOf(Diagnostic::Severity severity) {
  switch (severity) {
    case Diagnostic::Severity::kError:
      return "error";
    case Diagnostic::Severity::kWarning:
      return "warning";
    case Diagnostic::Severity::kNote:
      break;
  }
  return "note";
}

Json NumberOrNull(std::size_t number) { return number == 0 ? Json(nullptr) : Json(number); }
Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ToJson(const Finding& finding) {
  const Diagnostic& diagnostic = finding.diagnostic;
  Json json;
  json["rule"] = ToString(finding.rule);
  json["severity"] = NameOf(diagnostic.severity);
  json["line"] = NumberOrNull(diagnostic.location.line);
  json["column"] = NumberOrNull(diagnostic.location.column);
  json["message"] = diagnostic.message;
  json["hint"] = TextOrNull(diagnostic.hint);
  return json;
}

void AddCounts(Json& json, const FindingCounts& counts) {
  json["errors"] = counts.errors;
  json["warnings"] = counts.warnings;
  json["notes"] = counts.notes;
}

Json ToJson(const CheckedFile& file) {
  Json json;
  json["file"] = file.file;
  json["valid"] = file.is_valid;
  json["name"] = TextOrNull(file.name);
  json["version"] = TextOrNull(file.version);
  AddCounts(json, file.counts);
  json["findings"] = Json::array();
  for (const Finding& finding : file.findings) json["findings"].push_back(ToJson(finding));
  return json;
}

}  // namespace

Json CheckToJson(const std::vector<CheckedFile>& files, absl::Time now) {
  FindingCounts sum;
  for (const CheckedFile& file : files) {
    sum.errors += file.counts.errors;
    sum.warnings += file.counts.warnings;
    sum.notes += file.counts.notes;
  }
  Json json;
  json["valid"] = sum.errors == 0;
  json["at"] = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", now, absl::UTCTimeZone());
  AddCounts(json, sum);
  json["files"] = Json::array();
  for (const CheckedFile& file : files) json["files"].push_back(ToJson(file));
  return json;
}

}  // namespace certgate
