#ifndef CERTGATE_SRC_YAML_READER_H_
#define CERTGATE_SRC_YAML_READER_H_

#include <certgate/diagnostic.h>

#include <cstddef>
#include <string_view>

#include "src/yaml/diagnostic_log.h"

namespace certgate {

inline constexpr std::size_t kMostYamlBytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMostYamlDepth = 16;

/// One scalar: a key or a value.
struct YamlScalar {
  /// UTF-8, after escapes and folding; borrowed for the length of the call. May hold control
  /// characters that were written as escapes. As written for null: `~`, `null`.
  std::string_view text;
  SourceLocation location;
  /// True in single or double quotes and in block scalars: then it is a text and nothing else. See
  /// `ClassifyPlain` for the rest.
  bool is_quoted = false;
  /// True where there is nothing at all, as in `key:`; the place is then that of the key.
  bool is_absent = false;
};

/// Receives a YAML document as a sequence of events, in the order of the text. Starts and ends
/// come in pairs; in a mapping, `OnKey` and one value take turns, or `OnRejectedKey` stands alone.
class YamlVisitor {
 public:
  virtual ~YamlVisitor() = default;
  virtual void OnMapStart(SourceLocation location) = 0;
  /// Also called for a key that the mapping had before, after it has been reported.
  virtual void OnKey(const YamlScalar& key) = 0;
  virtual void OnMapEnd() = 0;
  virtual void OnSequenceStart(SourceLocation location) = 0;
  virtual void OnSequenceEnd() = 0;
  virtual void OnScalar(const YamlScalar& scalar) = 0;
  /// Stand for a value, and for a key with its value, that have been reported already: nothing more
  /// is to be said about them.
  virtual void OnRejected() = 0;
  virtual void OnRejectedKey() = 0;
};

/// Reads the text of `log` as one document of a strict subset of YAML and tells `visitor`.
///
/// Reported to `log`, each with its place and with what to do about it: a text that is not UTF-8
/// or holds control characters, over `kMostYamlBytes`, empty; nesting deeper than
/// `kMostYamlDepth`; anchors, aliases, tags, merge keys, directives; duplicate keys, keys that are
/// not scalars or have no `:`; more than one document; every syntax error. After a syntax error, or
/// 10,000 errors in all, nothing more is read, and the visitor does not see the ends of what is
/// open.
///
/// Returns true if the document was read to its end (there may be errors all the same). Memory is
/// bounded by a small multiple of the largest scalar or bracketed collection, never by aliases or
/// depth. Throws only std::bad_alloc and what `visitor` throws.
bool ReadYaml(YamlVisitor& visitor, DiagnosticLog& log);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_READER_H_
