#ifndef CERTGATE_SRC_YAML_ENCODING_H_
#define CERTGATE_SRC_YAML_ENCODING_H_

#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// Checks that the text of `log` is UTF-8 without control characters other than tab and line
/// breaks (LF or CRLF). Reports the first byte that is not UTF-8 and every control character;
/// true if there is neither.
bool CheckEncoding(DiagnosticLog& log);

}  // namespace certgate

#endif  // CERTGATE_SRC_YAML_ENCODING_H_
