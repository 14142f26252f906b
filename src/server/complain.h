#ifndef CERTGATE_SRC_SERVER_COMPLAIN_H_
#define CERTGATE_SRC_SERVER_COMPLAIN_H_

#include <certgate/diagnostic.h>

#include <vector>

namespace certgate {

/// Writes `diagnostics` to standard error: with the line and a caret where there is a place, else
/// one line that begins with the program's name.
void Complain(const std::vector<Diagnostic>& diagnostics);

}  // namespace certgate

#endif  // CERTGATE_SRC_SERVER_COMPLAIN_H_
