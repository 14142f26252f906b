#include <absl/strings/str_cat.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "src/cli/html_page.h"
#include "src/cli/matrix_output.h"

namespace certgate {

// src/cli/matrix.html, embedded by the build.
extern const unsigned char kMatrixPage[];
extern const std::size_t kMatrixPageSize;

namespace {

using Access = MatrixCell::Access;

std::string LineLink(std::size_t line, const std::string& text) {
  if (line == 0) return text;
  return absl::StrCat("<a href=\"#L", line, "\">", text, "</a>");
}

std::string_view Symbol(Access access) {
  switch (access) {
    case Access::kAllowed:
      return "allowed";
    case Access::kPartly:
      return "some";
    case Access::kDenied:
      return "denied";
    case Access::kObserved:
      return "observed";
    case Access::kNone:
      break;
  }
  return "–";
}

std::string CellHtml(const MatrixCell& cell) {
  std::string html = absl::StrCat("<td class=\"", std::string(ToString(cell.access)), "\"");
  const std::string title = DescribeCell(cell);
  html += absl::StrCat(" title=\"",
                       title.empty() ? "refused: no entry lets them in" : EscapeHtml(title), "\">");
  const std::size_t line = cell.rule.has_value() ? cell.rule->entry->location.line : 0;
  std::string text(Symbol(cell.access));
  if (cell.rule.has_value()) {
    text += absl::StrCat("<small>", EscapeHtml(cell.rule->name()), ", line ", line, "</small>");
  }
  html += LineLink(line, text);
  for (const Rule& exception : cell.exceptions) {
    const std::size_t place = exception.entry->location.line;
    html +=
        LineLink(place, absl::StrCat("<small class=\"except\">except ",
                                     EscapeHtml(exception.name()), ", line ", place, "</small>"));
  }
  return html + "</td>";
}

std::string TableHead(const AccessMatrix& matrix) {
  std::string html = "<tr><th scope=\"col\">callers</th>";
  for (const std::string& method : matrix.methods) {
    html += absl::StrCat("<th scope=\"col\">", EscapeHtml(method), "</th>");
  }
  return html + "</tr>\n";
}

std::string TableBody(const AccessMatrix& matrix) {
  std::string html;
  for (const MatrixRow& row : matrix.rows) {
    html += absl::StrCat("<tr><th scope=\"row\">",
                         LineLink(row.location.line, EscapeHtml(row.callers)), "</th>");
    for (const MatrixCell& cell : row.cells) html += CellHtml(cell);
    html += "</tr>\n";
  }
  return html;
}

std::string SourceLines(std::string_view text) {
  std::string html;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    html += absl::StrCat("<li id=\"L", number, "\"><code>", EscapeHtml(line), "</code></li>\n");
  }
  return html;
}

}  // namespace

std::string MatrixAsHtml(const AccessMatrix& matrix, const PolicySource& source) {
  const std::string_view page(reinterpret_cast<const char*>(kMatrixPage), kMatrixPageSize);
  return FillPage(page, {{"name", EscapeHtml(source.document.name)},
                         {"file", EscapeHtml(source.file)},
                         {"version", EscapeHtml(source.document.version)},
                         {"head", TableHead(matrix)},
                         {"body", TableBody(matrix)},
                         {"source", SourceLines(source.text)}});
}

}  // namespace certgate
