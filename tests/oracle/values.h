#ifndef CERTGATE_TESTS_ORACLE_VALUES_H_
#define CERTGATE_TESTS_ORACLE_VALUES_H_

#include <string>

#include "tests/oracle/model.h"

namespace certgate::oracle {

/// True if `value`, written in the field `field`, holds for `text` of a certificate.
bool ValueHolds(const std::string& field, const Value& value, const std::string& text);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_VALUES_H_
