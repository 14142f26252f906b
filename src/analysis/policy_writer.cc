#include "src/analysis/policy_writer.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>

#include "src/yaml/plain_scalar.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::size_t kLongestComment = 98;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Far less than YAML allows: what no reader could take for anything else. A `*` within a text is
// safe, but only method keys are known to look like that.
bool IsPlainSafe(std::string_view text) {
  if (text.empty() || ClassifyPlain(text) != PlainKind::kText) return false;
  const bool ends_plainly = text.back() != ':' && text.back() != ' ';
  if (!ends_plainly || text.find(": ") != text.npos) return false;
  const bool is_key = text.front() == '/';
  if (!IsLetter(text.front()) && !is_key) return false;
  const std::string_view marks = is_key ? "_/.-@+:*" : "_/.-@+: ";
  return std::all_of(text.begin(), text.end(), [marks](char c) {
    return IsLetter(c) || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
  });
}

std::string DoubleQuoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text, i);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.value == '"' || point.value == '\\') {
      out += '\\';
      out += static_cast<char>(point.value);
    } else if (IsControl(point.value) || IsInvisible(point.value)) {
      absl::StrAppendFormat(&out, "\\u%04X", static_cast<unsigned>(point.value));
    } else {
      out.append(text, i, length);
    }
    i += length;
  }
  return out + "\"";
}

// In single quotes a backslash is a backslash.
std::string SingleQuoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string ValueText(const SelectorValue& value) {
  if (value.kind == ValueKind::kRegex) {
    const bool is_visible = MakePrintable(value.text) == value.text;
    const std::string regex = is_visible ? SingleQuoted(value.text) : DoubleQuoted(value.text);
    return absl::StrCat("{ regex: ", regex, " }");
  }
  const bool has_star = value.text.find('*') != std::string::npos;
  const std::string text = YamlScalarFor(value.text);
  return value.kind == ValueKind::kExact && has_star ? absl::StrCat("{ exact: ", text, " }") : text;
}

class Writer {
 public:
  std::string Write(const PolicyDocument& document, const std::vector<std::string>& comments) {
    for (const std::string& comment : comments) Comment(comment);
    Line(0, "version: 1");
    Line(0, absl::StrCat("name: ", YamlScalarFor(document.name)));
    if (document.mode == Mode::kObserve) Line(0, "mode: observe");
    WriteAuthorities(document.authorities);
    WriteClients(document.clients);
    WriteMethods(document.methods);
    WriteRevoked(document.revoked);
    Line(0, "...");
    return std::move(text_);
  }

 private:
  void Line(int level, std::string_view text) {
    text_.append(static_cast<std::size_t>(level) * 2, ' ');
    text_ += text;
    text_ += '\n';
  }

  void Comment(std::string_view comment) {
    const std::string printable = MakePrintable(comment);
    std::string_view rest = printable;
    // What goes on in the next line stands below the text, also below that of a list's item.
    std::string indent(std::min(rest.find_first_not_of(' '), rest.size()), ' ');
    if (rest.starts_with("- ")) indent += "  ";
    std::string_view lead;
    while (rest.size() + lead.size() > kLongestComment) {
      const std::size_t space = rest.rfind(' ', kLongestComment - lead.size());
      const std::size_t first = rest.find_first_not_of(' ');
      if (space == rest.npos || space <= first) break;
      Line(0, absl::StrCat("# ", std::string(lead), std::string(rest.substr(0, space))));
      rest.remove_prefix(space + 1);
      lead = indent;
    }
    Line(0, absl::StrCat(rest.empty() ? "#" : "# ", std::string(lead), std::string(rest)));
  }

  void WriteAuthorities(const std::vector<AuthorityRules>& authorities) {
    if (authorities.empty()) return;
    Line(0, "\nauthorities:");
    for (const AuthorityRules& rules : authorities) {
      Line(1, absl::StrCat(YamlScalarFor(rules.authority.name),
                           ": { ca_file: ", YamlScalarFor(rules.ca_file), " }"));
    }
  }

  void WriteClients(const std::vector<ClientSet>& clients) {
    if (clients.empty()) return;
    Line(0, "\nclients:");
    for (const ClientSet& client : clients) {
      Line(1, absl::StrCat(YamlScalarFor(client.name), ":"));
      for (const Entry& entry : client.entries) WriteEntry(2, entry);
    }
  }

  void WriteMethods(const std::vector<MethodRules>& methods) {
    Line(0, "\nmethods:");
    for (const MethodRules& rules : methods) {
      Line(1, absl::StrCat(YamlScalarFor(rules.key), ":"));
      if (rules.mode.has_value())
        Line(2, absl::StrCat("mode: ", std::string(ToString(*rules.mode))));
      WriteEntries(2, "allow", rules.allow);
      WriteEntries(2, "deny", rules.deny);
    }
  }

  void WriteRevoked(const std::vector<Entry>& revoked) {
    if (!revoked.empty()) text_ += '\n';
    WriteEntries(0, "revoked", revoked);
  }

  void WriteEntries(int level, const char* key, const std::vector<Entry>& entries) {
    if (entries.empty()) return;
    Line(level, absl::StrCat(key, ":"));
    for (const Entry& entry : entries) WriteEntry(level + 1, entry);
  }

  void WriteEntry(int level, const Entry& entry) {
    is_first_key_ = true;
    for (const Selector& selector : entry.selectors) WriteSelector(level, selector);
    WriteText(level, "id", entry.id);
    WriteText(level, "owner", entry.owner);
    WriteText(level, "reason", entry.reason);
    if (entry.expires != absl::InfiniteFuture()) {
      const std::string time =
          absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", entry.expires, absl::UTCTimeZone());
      Key(level, absl::StrCat("expires: ", time));
    }
  }

  // A key of an entry; the first one stands behind the dash.
  void Key(int level, std::string_view text) {
    Line(level, absl::StrCat(is_first_key_ ? "- " : "  ", std::string(text)));
    is_first_key_ = false;
  }

  void WriteText(int level, const char* key, const std::string& text) {
    if (!text.empty()) Key(level, absl::StrCat(key, ": ", YamlScalarFor(text)));
  }

  void WriteSelector(int level, const Selector& selector) {
    const std::string name(ToString(selector.field));
    if (selector.field == Field::kAny) return Key(level, absl::StrCat(name, ": true"));
    if (selector.values.size() == 1) {
      return Key(level, absl::StrCat(name, ": ", ValueText(selector.values[0])));
    }
    Key(level, absl::StrCat(name, ":"));
    for (const SelectorValue& value : selector.values) {
      Line(level + 2, absl::StrCat("- ", ValueText(value)));
    }
  }

  std::string text_;
  bool is_first_key_ = true;
};

bool IsSameEntry(const Entry& a, const Entry& b) {
  const bool is_same_text =
      a.id == b.id && a.owner == b.owner && a.reason == b.reason && a.expires == b.expires;
  return is_same_text && std::equal(a.selectors.begin(), a.selectors.end(), b.selectors.begin(),
                                    b.selectors.end(), [](const Selector& s, const Selector& t) {
                                      return s.field == t.field && s.values == t.values;
                                    });
}

bool AreSameEntries(const std::vector<Entry>& a, const std::vector<Entry>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), IsSameEntry);
}

}  // namespace

std::string YamlScalarFor(std::string_view text) {
  return IsPlainSafe(text) ? std::string(text) : DoubleQuoted(text);
}

std::string WritePolicy(const PolicyDocument& document, const std::vector<std::string>& comments) {
  return Writer().Write(document, comments);
}

bool IsSamePolicy(const PolicyDocument& a, const PolicyDocument& b) {
  const auto same_authority = [](const AuthorityRules& s, const AuthorityRules& t) {
    return s.authority.name == t.authority.name && s.ca_file == t.ca_file;
  };
  const auto same_client = [](const ClientSet& s, const ClientSet& t) {
    return s.name == t.name && AreSameEntries(s.entries, t.entries);
  };
  const auto same_method = [](const MethodRules& s, const MethodRules& t) {
    return s.scope == t.scope && s.key == t.key && s.mode == t.mode &&
           AreSameEntries(s.allow, t.allow) && AreSameEntries(s.deny, t.deny);
  };
  return a.name == b.name && a.mode == b.mode &&
         std::equal(a.authorities.begin(), a.authorities.end(), b.authorities.begin(),
                    b.authorities.end(), same_authority) &&
         std::equal(a.clients.begin(), a.clients.end(), b.clients.begin(), b.clients.end(),
                    same_client) &&
         std::equal(a.methods.begin(), a.methods.end(), b.methods.begin(), b.methods.end(),
                    same_method) &&
         AreSameEntries(a.revoked, b.revoked);
}

}  // namespace certgate
