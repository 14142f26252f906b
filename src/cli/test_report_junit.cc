#include <string_view>

#include "src/cli/test_report.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// XML 1.0, section 2.2: control characters cannot be written at all, not even as a reference.
bool IsXmlCharacter(char32_t character) {
  if (character < 0x20) return character == '\t' || character == '\n' || character == '\r';
  return character != 0xFFFE && character != 0xFFFF && !IsControl(character);
}

enum class XmlPlace { kAttribute, kElement };

// In an attribute, line breaks and tabs must be references: else they would become spaces.
std::string XmlText(std::string_view text, XmlPlace place) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    const std::size_t length = point.length == 0 ? 1 : point.length;
    if (point.length == 0 || !IsXmlCharacter(point.value)) {
      out += '?';
    } else if (point.value < 0x20 && (place == XmlPlace::kAttribute || point.value == '\r')) {
      out += "&#" + std::to_string(static_cast<unsigned>(point.value)) + ";";
    } else if (point.value == '&') {
      out += "&amp;";
    } else if (point.value == '<') {
      out += "&lt;";
    } else if (point.value == '>') {
      out += "&gt;";
    } else if (point.value == '"') {
      out += "&quot;";
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  return out;
}

std::string Attribute(const char* name, std::string_view value) {
  return std::string(" ") + name + "=\"" + XmlText(value, XmlPlace::kAttribute) + "\"";
}

std::string Counts(std::size_t tests, std::size_t failures) {
  return Attribute("tests", std::to_string(tests)) +
         Attribute("failures", std::to_string(failures)) + Attribute("errors", "0");
}

std::string Details(const PolicyTestResult& result) {
  std::string text = DescribeDifferences(result) + "\n";
  text += "method: " + result.method + "\nbecause: " + result.explanation.because + "\n";
  if (!result.explanation.nearest_miss.empty()) {
    text += "nearest: " + result.explanation.nearest_miss + "\n";
  }
  return text;
}

std::string TestCase(const TestedFile& file, const PolicyTestResult& result) {
  std::string xml = "    <testcase";
  xml += Attribute("classname", file.suite->file) + Attribute("name", result.name());
  xml += Attribute("file", file.suite->file);
  xml += Attribute("line", std::to_string(result.test->test.location.line));
  if (result.passed()) return xml + "/>\n";
  xml += ">\n      <failure";
  xml += Attribute("message", DescribeDifferences(result)) + ">";
  xml += XmlText(Details(result), XmlPlace::kElement);
  return xml + "</failure>\n    </testcase>\n";
}

}  // namespace

std::string JunitTestReport(const TestRun& run) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites";
  xml += Counts(run.passed_count() + run.failed_count(), run.failed_count()) + ">\n";
  for (const TestedFile& file : run.files) {
    xml += "  <testsuite";
    xml += Attribute("name", file.suite->file);
    xml += Counts(file.results.size(), file.failed_count()) + ">\n";
    for (const PolicyTestResult& result : file.results) xml += TestCase(file, result);
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace certgate
