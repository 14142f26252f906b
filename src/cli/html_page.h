#ifndef CERTGATE_SRC_CLI_HTML_PAGE_H_
#define CERTGATE_SRC_CLI_HTML_PAGE_H_

#include <map>
#include <string>
#include <string_view>

namespace certgate {

/// `text` for HTML, between tags and in attributes with double quotes, with what cannot be seen
/// made visible.
std::string EscapeHtml(std::string_view text);

/// `page` with the values, which are HTML, in the place of `{{name}}`. What a value holds is not
/// looked at again. Throws std::out_of_range for a name without a value.
std::string FillPage(std::string_view page, const std::map<std::string, std::string>& values);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_HTML_PAGE_H_
