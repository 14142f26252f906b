#include "src/cli/html_page.h"

#include "src/yaml/unicode.h"

namespace certgate {

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : MakePrintable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string FillPage(std::string_view page, const std::map<std::string, std::string>& values) {
  std::string html;
  std::size_t place = 0;
  for (;;) {
    const std::size_t begin = page.find("{{", place);
    html += page.substr(place, begin - place);
    if (begin == page.npos) return html;
    const std::size_t end = page.find("}}", begin);
    html += values.at(std::string(page.substr(begin + 2, end - begin - 2)));
    place = end + 2;
  }
}

}  // namespace certgate
