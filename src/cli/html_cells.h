#ifndef CERTGATE_SRC_CLI_HTML_CELLS_H_
#define CERTGATE_SRC_CLI_HTML_CELLS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace certgate {

/// `2026-11-26 06:15` of a record's time, and a cell with it.
std::string TimeHtml(std::string_view time);
std::string TimeCell(std::string_view time);

/// `name`, or `otherwise` where it is empty, told apart from a name.
std::string NameHtml(std::string_view name, const char* otherwise);

/// A cell with a number; `kind` is its class if it is not 0.
std::string NumberCell(std::uint64_t value, const char* kind = "");
/// A cell with `html`.
std::string TextCell(const std::string& html);
/// A row of a table without any, over so many columns.
std::string NoRow(int columns, const char* text);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_HTML_CELLS_H_
