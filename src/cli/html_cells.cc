#include "src/cli/html_cells.h"

#include <absl/strings/str_cat.h>

#include "src/cli/call_chart.h"
#include "src/cli/html_page.h"

namespace certgate {

std::string TimeHtml(std::string_view time) {
  constexpr std::size_t kToMinutes = 16;
  std::string text(time.substr(0, kToMinutes));
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  return EscapeHtml(text);
}

std::string TimeCell(std::string_view time) {
  return absl::StrCat("<td class=\"time\">", TimeHtml(time), "</td>");
}

std::string NameHtml(std::string_view name, const char* otherwise) {
  if (name.empty()) return absl::StrCat("<em>", otherwise, "</em>");
  return EscapeHtml(name);
}

std::string NumberCell(std::uint64_t value, const char* kind) {
  return absl::StrCat("<td class=\"number ", value > 0 ? kind : "zero", "\" data-value=\"", value,
                      "\">", Grouped(value), "</td>");
}

std::string TextCell(const std::string& html) { return absl::StrCat("<td>", html, "</td>"); }

std::string NoRow(int columns, const char* text) {
  return absl::StrCat("<tr><td colspan=\"", columns, "\" class=\"none\">", text, "</td></tr>\n");
}

}  // namespace certgate
