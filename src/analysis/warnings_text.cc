// Names and values that are not what they look like.

#include <string>
#include <string_view>

#include "src/analysis/text_oddities.h"
#include "src/analysis/warning_context.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

class TextCheck {
 public:
  explicit TextCheck(FindingLog& log) : log_(log) {}

  // `subject` names the text in a message: "cn `x`".
  template <typename Subject>
  void Check(std::string_view text, SourceLocation location, Subject subject) {
    for (TextOddity& oddity : FindOddities(text)) {
      log_.Warn(oddity.rule, location, {subject() + " " + oddity.what, std::move(oddity.hint)});
    }
  }

  void Check(const Entry& entry) {
    Check(entry.id, entry.location, [&] { return "id " + Quote(entry.id); });
    for (const Selector& selector : entry.selectors) {
      // These are names that stand elsewhere in the file, and are looked at there.
      if (selector.field == Field::kClient || selector.field == Field::kIssuer) continue;
      for (const SelectorValue& value : selector.values) {
        Check(value.text, entry.location, [&] {
          std::string subject(ToString(selector.field));
          return subject += " " + DescribeValue(value);
        });
      }
    }
  }

 private:
  FindingLog& log_;
};

}  // namespace

void WarnOfOddTexts(WarningContext& context) {
  TextCheck check(context.log);
  for (const AuthorityRules& rules : context.document.authorities) {
    const std::string& name = rules.authority.name;
    check.Check(name, rules.location, [&] { return "authority " + Quote(name); });
  }
  for (const ClientSet& client : context.document.clients) {
    check.Check(client.name, client.location, [&] { return "client " + Quote(client.name); });
  }
  for (const EntryPlace& place : context.covers.places()) check.Check(*place.entry);
}

}  // namespace certgate
