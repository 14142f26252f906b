#include <certgate/version.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "src/cli/check_report.h"

namespace certgate {
namespace {

using Json = nlohmann::ordered_json;

const char* LevelOf(Diagnostic::Severity severity) {
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

// RFC 3986, section 2.1.
std::string PercentEncoded(std::string_view path) {
  constexpr std::string_view kKept =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : path) {
    if (kKept.find(c) != kKept.npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 0xFU];
  }
  return encoded;
}

// Relative to the folder in which the tool ran, as the file was named.
std::string UriOf(const std::string& file) {
  const std::filesystem::path path = std::filesystem::path(file).lexically_normal();
  const std::string encoded = PercentEncoded(path.generic_string());
  return path.is_absolute() ? "file://" + encoded : encoded;
}

Json Text(std::string_view text) {
  Json json;
  json["text"] = text;
  return json;
}

Json Rules() {
  Json rules = Json::array();
  for (const FindingRuleText& text : FindingRules()) {
    Json rule;
    rule["id"] = text.name;
    rule["shortDescription"] = Text(text.summary);
    rule["help"] = Text(text.help);
    rule["defaultConfiguration"]["level"] =
        text.rule == FindingRule::kPolicyError ? "error" : "warning";
    rules.push_back(std::move(rule));
  }
  return rules;
}

Json Location(const std::string& file, SourceLocation location) {
  Json physical;
  physical["artifactLocation"]["uri"] = UriOf(file);
  if (location.line != 0) {
    physical["region"]["startLine"] = location.line;
    if (location.column != 0) physical["region"]["startColumn"] = location.column;
  }
  Json json;
  json["physicalLocation"] = std::move(physical);
  return json;
}

Json Result(const std::string& file, const Finding& finding) {
  const Diagnostic& diagnostic = finding.diagnostic;
  Json result;
  result["ruleId"] = ToString(finding.rule);
  result["ruleIndex"] = static_cast<std::size_t>(finding.rule);
  result["level"] = LevelOf(diagnostic.severity);
  std::string message = diagnostic.message;
  if (!diagnostic.hint.empty()) message += " (" + diagnostic.hint + ")";
  result["message"] = Text(message);
  result["locations"] = Json::array({Location(file, diagnostic.location)});
  return result;
}

}  // namespace

Json CheckToSarif(const std::vector<CheckedFile>& files) {
  Json driver;
  driver["name"] = "certgate";
  driver["version"] = CERTGATE_VERSION;
  driver["rules"] = Rules();
  Json run;
  run["tool"]["driver"] = std::move(driver);
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = Json::array();
  for (const CheckedFile& file : files) {
    for (const Finding& finding : file.findings) {
      run["results"].push_back(Result(file.file, finding));
    }
  }
  Json sarif;
  sarif["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  sarif["version"] = "2.1.0";
  sarif["runs"] = Json::array({std::move(run)});
  return sarif;
}

}  // namespace certgate
