#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>

#include "src/cli/csv_field.h"
#include "src/cli/matrix_output.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Access = MatrixCell::Access;
using Json = nlohmann::ordered_json;

// A, B, ..., Z, AA, AB, ...
std::string Letters(std::size_t column) {
  std::string letters;
  for (++column; column > 0; column = (column - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return letters;
}

std::string Word(const MatrixCell& cell) {
  const std::string mark = cell.exceptions.empty() ? "" : "*";
  switch (cell.access) {
    case Access::kNone:
      return "-";
    case Access::kAllowed:
      return "yes" + mark;
    case Access::kPartly:
      return "some" + mark;
    case Access::kDenied:
      return "DENY";
    case Access::kObserved:
      return "obs";
  }
  return "";
}

Style StyleOf(Access access) {
  switch (access) {
    case Access::kAllowed:
      return Style::kGreen;
    case Access::kPartly:
    case Access::kObserved:
      return Style::kYellow;
    case Access::kDenied:
      return Style::kRed;
    case Access::kNone:
      break;
  }
  return Style::kFaint;
}

// The deny entries behind the asterisks, in the order of the file.
std::string ExceptionNotes(const AccessMatrix& matrix) {
  std::map<std::size_t, std::string> by_line;
  for (const MatrixRow& row : matrix.rows) {
    for (const MatrixCell& cell : row.cells) {
      for (const Rule& rule : cell.exceptions) {
        by_line[rule.entry->location.line] = rule.name();
      }
    }
  }
  std::string notes;
  for (const auto& [line, name] : by_line) {
    notes += notes.empty() ? "* but for those that these deny entries match: " : ", ";
    notes += Quote(name) + " (line " + std::to_string(line) + ")";
  }
  return notes.empty() ? "" : notes + "\n";
}

std::string Padded(const std::string& text, std::size_t width) {
  const std::size_t characters = CountCharacters(text);
  return text + std::string(width > characters ? width - characters : 0, ' ');
}

Json RuleJson(const Rule& rule) {
  return {{"name", rule.name()},
          {"list", ToString(rule.list)},
          {"method", rule.method->key},
          {"line", rule.entry->location.line}};
}

}  // namespace

std::string DescribeCell(const MatrixCell& cell) {
  if (cell.access == Access::kNone) return "";
  std::string text(ToString(cell.access));
  if (cell.access == Access::kObserved) text = "let through under observe";
  if (cell.rule.has_value()) {
    text += cell.access == Access::kObserved ? ", denied by " : " by ";
    text += Quote(cell.rule->name()) + ", line " + std::to_string(cell.rule->entry->location.line);
  }
  for (std::size_t i = 0; i < cell.exceptions.size(); ++i) {
    text += i == 0 ? ", except those of " : " and ";
    text += Quote(cell.exceptions[i].name());
  }
  return text;
}

std::string MatrixAsText(const AccessMatrix& matrix, const PolicySource& source,
                         const Terminal& terminal) {
  constexpr std::size_t kGap = 2;
  std::ostringstream out;
  out << "who may call what, by " << MakePrintable(source.file) << "\n\n";
  std::size_t width = 0;
  for (const MatrixRow& row : matrix.rows) width = std::max(width, CountCharacters(row.callers));
  std::size_t cell_width = 4;
  for (std::size_t i = 0; i < matrix.methods.size(); ++i) {
    const std::string letters = Letters(i);
    cell_width = std::max(cell_width, letters.size());
    out << "  " << Padded(letters, 3) << MakePrintable(matrix.methods[i]) << '\n';
  }
  for (const MatrixRow& row : matrix.rows) {
    for (const MatrixCell& cell : row.cells) cell_width = std::max(cell_width, Word(cell).size());
  }

  out << '\n' << std::string(width, ' ');
  for (std::size_t i = 0; i < matrix.methods.size(); ++i) {
    out << std::string(kGap, ' ') << Padded(Letters(i), cell_width);
  }
  out << '\n';
  for (const MatrixRow& row : matrix.rows) {
    out << Padded(row.callers, width);
    for (const MatrixCell& cell : row.cells) {
      const std::string word = Word(cell);
      out << std::string(kGap, ' ') << terminal.Paint(StyleOf(cell.access), word)
          << std::string(cell_width - word.size(), ' ');
    }
    out << '\n';
  }
  out << "\nyes: allowed; some: a part of them; DENY: a deny entry refuses them; obs: let through "
         "by\n"
         "`mode: observe`; -: refused\n"
      << ExceptionNotes(matrix);

  std::string text = out.str();
  // Lines end with their last word.
  for (std::size_t end = text.find(" \n"); end != text.npos; end = text.find(" \n", end)) {
    const std::size_t first = text.find_last_not_of(' ', end) + 1;
    text.erase(first, end + 1 - first);
    end = first;
  }
  return text;
}

std::string MatrixAsCsv(const AccessMatrix& matrix) {
  std::string csv = "callers";
  for (const std::string& method : matrix.methods) csv += "," + CsvField(method);
  csv += "\r\n";
  for (const MatrixRow& row : matrix.rows) {
    csv += CsvField(row.callers);
    for (const MatrixCell& cell : row.cells) csv += "," + CsvField(DescribeCell(cell));
    csv += "\r\n";
  }
  return csv;
}

Json MatrixAsJson(const AccessMatrix& matrix, const PolicySource& source) {
  Json json;
  json["policy"] = {
      {"name", source.document.name}, {"version", source.document.version}, {"file", source.file}};
  json["methods"] = matrix.methods;
  json["rows"] = Json::array();
  for (const MatrixRow& row : matrix.rows) {
    Json cells = Json::array();
    for (const MatrixCell& cell : row.cells) {
      Json one;
      one["access"] = ToString(cell.access);
      one["rule"] = cell.rule.has_value() ? RuleJson(*cell.rule) : Json(nullptr);
      one["exceptions"] = Json::array();
      for (const Rule& rule : cell.exceptions) one["exceptions"].push_back(RuleJson(rule));
      cells.push_back(std::move(one));
    }
    json["rows"].push_back(
        {{"callers", row.callers}, {"line", row.location.line}, {"cells", std::move(cells)}});
  }
  return json;
}

}  // namespace certgate
