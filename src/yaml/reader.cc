#include "src/yaml/reader.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <optional>
#include <streambuf>
#include <string>

#include "src/yaml/bracket_scan.h"
#include "src/yaml/encoding.h"
#include "src/yaml/event_filter.h"
#include "src/yaml/source_cursor.h"
#include "src/yaml/syntax_error.h"

namespace certgate {
namespace {

// A stream over borrowed bytes. yaml-cpp puts back only bytes that it has read.
class TextBuffer final : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    // std::streambuf wants pointers to char; nothing writes through them.
    char* begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

void ReportSyntaxError(DiagnosticLog& log, const SyntaxError& error) {
  const SourceLocation location = SourceCursor(log.text()).Locate(error.offset);
  if (error.spoils_rest) log.ForgetFrom(location);
  log.Error(location, error.problem);
}

void ReportEmpty(DiagnosticLog& log) {
  log.Error({1, 1}, "the file is empty", "a file of comments alone counts as empty too");
}

// What must not be shown to yaml-cpp at all.
std::optional<SyntaxError> FindUnreadable(const BracketFindings& findings) {
  if (findings.too_deep) {
    return SyntaxError{*findings.too_deep,
                       {"nested deeper than " + std::to_string(kMostYamlDepth) + " levels",
                        "remove some of the nesting"}};
  }
  if (findings.too_large) {
    return SyntaxError{*findings.too_large,
                       {"this bracket holds more than " + std::to_string(kMostFlowMarks) +
                            " commas, colons and brackets",
                        "write large lists and mappings with one item on each line, without "
                        "brackets"}};
  }
  if (findings.directive) {
    return SyntaxError{*findings.directive,
                       {"directives (`%`) are not allowed", "remove the line"}};
  }
  return std::nullopt;
}

// True if the document was read to its end.
bool Parse(EventFilter& filter, DiagnosticLog& log, const BracketFindings& findings) {
  std::string_view text = log.text();
  text.remove_prefix(ByteOrderMarkLength(text));
  TextBuffer buffer(text);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(filter)) {
    }
    return true;
  } catch (const StopReading&) {
    return false;
  } catch (const YAML::Exception& e) {
    // A scalar that runs on to a `:` is none: what was found wrong with it does not count.
    if (e.msg.find("illegal map value") != e.msg.npos) log.ForgetFrom(filter.last_scalar());
    ReportSyntaxError(log,
                      ExplainSyntaxError(log.text(), filter.OffsetOf(e.mark), e.msg, findings));
    return false;
  }
}

}  // namespace

bool ReadYaml(YamlVisitor& visitor, DiagnosticLog& log) {
  if (log.text().size() > kMostYamlBytes) {
    log.Error({}, "the file is larger than 64 MiB", "split it, or generate a smaller one");
    return false;
  }
  if (!CheckEncoding(log)) return false;
  const BracketFindings findings = ScanBrackets(log.text(), kMostYamlDepth);
  if (const std::optional<SyntaxError> error = FindUnreadable(findings)) {
    ReportSyntaxError(log, *error);
    return false;
  }
  EventFilter filter(visitor, log);
  if (!Parse(filter, log, findings)) return false;
  if (!filter.saw_document()) ReportEmpty(log);
  return filter.saw_document();
}

}  // namespace certgate
