#include <algorithm>
#include <cstddef>
#include <ostream>

#include "src/cli/diff_report.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kPlaceColumn = 72;
constexpr std::size_t kMostNamesShown = 5;

Style StyleOf(char sign) {
  switch (sign) {
    case '+':
      return Style::kGreen;
    case '-':
      return Style::kRed;
    default:
      return Style::kYellow;
  }
}

// Where the places of the lines stand below each other; longer lines push theirs away.
std::size_t PlaceColumnOf(const DiffBlock& block) {
  std::size_t column = 0;
  for (const DiffLine& line : block.lines) {
    const std::size_t length = CountCharacters(line.text);
    if (length < kPlaceColumn && !line.place.empty()) column = std::max(column, length);
  }
  return column;
}

class TextReport {
 public:
  TextReport(const DiffReport& report, const Terminal& terminal)
      : report_(report), terminal_(terminal), out_(terminal.out()) {}

  void Print() const {
    out_ << terminal_.Paint(Style::kBold, Summarize(report_.diff, report_.told)) << '\n';
    for (const DiffBlock& block : BlocksOf(report_.diff, report_.told, report_.files())) {
      PrintBlock(block);
    }
    if (report_.is_verbose) PrintNames();
    if (report_.replay.has_value()) PrintReplay(*report_.replay);
  }

 private:
  void PrintBlock(const DiffBlock& block) const {
    out_ << '\n';
    for (const std::string& title : block.titles) {
      out_ << terminal_.Paint(Style::kBold, title) << '\n';
    }
    const std::size_t column = PlaceColumnOf(block);
    for (const DiffLine& line : block.lines) PrintLine(line, column);
  }

  void PrintLine(const DiffLine& line, std::size_t column) const {
    out_ << "  "
         << terminal_.Paint(StyleOf(line.sign), std::string(1, line.sign) + " " + line.text);
    if (!line.place.empty()) {
      const std::size_t length = CountCharacters(line.text);
      out_ << std::string(length < column ? column - length + 2 : 2, ' ')
           << terminal_.Paint(Style::kFaint, "(" + line.place + ")");
    }
    out_ << '\n';
    if (!line.except.empty()) out_ << "      " << line.except << '\n';
  }

  void PrintNames() const {
    const std::string names = DescribeRecordNames(report_.diff, kMostNamesShown);
    if (!names.empty()) out_ << '\n' << names << '\n';
  }

  void PrintReplay(const ReplayResult& replay) const {
    const ReplayText text = DescribeReplay(replay, report_.files());
    out_ << '\n' << terminal_.Paint(Style::kBold, text.summary) << '\n';
    for (const ReplayLine& line : text.lines) {
      out_ << "  "
           << terminal_.Paint(StyleOf(line.sign), std::string(1, line.sign) + " " + line.text)
           << '\n';
      for (const std::string& detail : line.details) out_ << "      " << detail << '\n';
    }
    for (const std::string& note : text.notes) out_ << "  " << note << '\n';
  }

  const DiffReport& report_;
  const Terminal& terminal_;
  std::ostream& out_;
};

// What stands in the fence, so that no line of it can end it.
std::string FenceFor(const std::string& content) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : content) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(longest + 1, '`');
}

std::string Fenced(const std::string& content) {
  const std::string fence = FenceFor(content);
  return "\n" + fence + "diff\n" + content + fence + "\n";
}

std::string DiffContent(const DiffReport& report) {
  const DiffFiles files = report.files();
  std::string content = "--- " + files.before + "\n+++ " + files.after + "\n";
  for (const DiffBlock& block : BlocksOf(report.diff, report.told, files)) {
    for (const std::string& title : block.titles) content += "@@ " + title + " @@\n";
    for (const DiffLine& line : block.lines) {
      content += line.sign;
      content += " " + line.text;
      if (!line.place.empty()) content += "  (" + line.place + ")";
      content += "\n";
      if (!line.except.empty()) content += "    " + line.except + "\n";
    }
  }
  return content;
}

std::string ReplayContent(const ReplayText& text) {
  std::string content;
  for (const ReplayLine& line : text.lines) {
    content += line.sign;
    content += " " + line.text + "\n";
    for (const std::string& detail : line.details) content += "    " + detail + "\n";
  }
  for (const std::string& note : text.notes) content += "# " + note + "\n";
  return content;
}

}  // namespace

DiffFiles DiffReport::files() const {
  return {MakePrintable(before.file), MakePrintable(after.file)};
}

void PrintDiff(const DiffReport& report, const Terminal& terminal) {
  TextReport(report, terminal).Print();
}

std::string DiffAsMarkdown(const DiffReport& report) {
  std::string text = "**" + Summarize(report.diff, report.told) + "**\n";
  if (!report.diff.IsEmpty()) text += Fenced(DiffContent(report));
  if (report.is_verbose && !report.diff.record_names.empty()) {
    text += Fenced(DescribeRecordNames(report.diff, kMostNamesShown) + "\n");
  }
  if (!report.replay.has_value()) return text;
  const ReplayText replay = DescribeReplay(*report.replay, report.files());
  text += "\n**" + replay.summary + "**\n";
  const std::string content = ReplayContent(replay);
  return content.empty() ? text : text + Fenced(content);
}

}  // namespace certgate
