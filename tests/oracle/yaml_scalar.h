#ifndef CERTGATE_TESTS_ORACLE_YAML_SCALAR_H_
#define CERTGATE_TESTS_ORACLE_YAML_SCALAR_H_

#include <string>

#include "tests/oracle/style.h"

namespace certgate::oracle {

/// `text` as a YAML scalar on one line: without quotes where that is safe, in single or in double
/// quotes. `text` holds no control character.
std::string WriteScalar(const std::string& text, Style& style);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_YAML_SCALAR_H_
