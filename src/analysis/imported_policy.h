#ifndef CERTGATE_SRC_ANALYSIS_IMPORTED_POLICY_H_
#define CERTGATE_SRC_ANALYSIS_IMPORTED_POLICY_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/policy/document.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Something that an import has to say.
struct ImportNote {
  enum class Kind {
    kLeftOut,  // callers whom the original lets in are not let in
    kWidened,  // callers are denied whom the original does not deny
    kRemark,   // what does not change who may call
  };

  Kind kind = Kind::kLeftOut;
  /// Where in the original: a JSON pointer (RFC 6901), a flag.
  std::string place;
  std::string message;
  /// What it is about, as it stands in the original; may be empty.
  std::string original;
};

/// "left out", "widened", "remark".
std::string_view ToString(ImportNote::Kind kind) noexcept;

/// A policy made of the configuration of another program. It never lets in whom the other one would
/// not: what cannot be expressed is left out where it allows, and widened where it denies.
struct ImportedPolicy {
  /// What it was made of: "the gRPC authorization policy `authz.json`".
  std::string origin;
  PolicyDocument document;
  std::vector<ImportNote> notes;

  /// True if nothing was left out or widened.
  bool is_complete() const;
};

/// The policy as a file that begins with the notes. The text is read again before it is given out;
/// a text that does not mean the imported policy is a problem, and a mistake of this program.
std::variant<std::string, Problem> WriteImport(const ImportedPolicy& imported);

/// Adds `entry` to what `document` allows or denies under `key`, a valid method key.
enum class ImportList { kAllow, kDeny };
void AddEntry(PolicyDocument& document, const std::string& key, ImportList list, Entry entry);

/// For a document that allows and denies nothing yet, which would be no valid policy: denies
/// everybody everything.
void DenyEverything(PolicyDocument& document);

/// Entries for imports.
Entry AnyCaller();
Entry CallersWith(Field field, std::vector<SelectorValue> values);

/// The value that matches exactly `text`; the problem is a text that no certificate has.
std::variant<SelectorValue, Problem> LiteralValue(Field field, const std::string& text);
/// The value for the RE2 expression.
std::variant<SelectorValue, Problem> RegexValue(Field field, const std::string& expression);
/// `text` as part of an RE2 expression that matches it literally.
std::string RegexLiteral(std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORTED_POLICY_H_
