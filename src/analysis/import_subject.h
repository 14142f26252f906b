#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_SUBJECT_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_SUBJECT_H_

#include <optional>
#include <string_view>

#include "src/policy/document.h"

namespace certgate {

/// True if the text of a certificate's subject (RFC 4514, such as "CN=app,OU=payments") can be
/// `text`, or can begin with it. Sound: false means that no subject can.
bool CanBeSubject(std::string_view text);
bool CanBeginSubject(std::string_view text);

/// An entry that matches at least each certificate whose subject's text is `text`, or begins with
/// it; nothing if only `any` would do. It selects by the common name, an organizational unit and an
/// organization that stand in the text, and so matches other certificates too.
std::optional<Entry> EntryForSubject(std::string_view text);
std::optional<Entry> EntryForSubjectBeginning(std::string_view text);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_SUBJECT_H_
