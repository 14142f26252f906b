#ifndef CERTGATE_TESTS_ORACLE_POLICY_TEXT_H_
#define CERTGATE_TESTS_ORACLE_POLICY_TEXT_H_

#include <cstdint>

#include "tests/oracle/model.h"
#include "tests/oracle/yaml_text.h"

namespace certgate::oracle {

/// Writes `model` as a policy file. `style` chooses among the ways to write the same thing; 0 is
/// the plainest of them.
YamlText WritePolicy(const Model& model, std::uint32_t style);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_POLICY_TEXT_H_
