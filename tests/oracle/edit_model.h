#ifndef CERTGATE_TESTS_ORACLE_EDIT_MODEL_H_
#define CERTGATE_TESTS_ORACLE_EDIT_MODEL_H_

#include <cstdint>
#include <vector>

#include "tests/oracle/generate.h"
#include "tests/oracle/model.h"

namespace certgate::oracle {

/// The policy after a few edits as people make them, of which `additions` are the material;
/// `number` chooses them. The result is valid.
Model Edited(Model model, const std::vector<Addition>& additions, std::uint32_t number);

/// The policy written in another way: other names of client sets and authorities, other order,
/// lists as several entries, entries in sets of their own, entries and values twice, other ids,
/// owners and reasons. The meaning is the same.
Model Rewritten(Model model, std::uint32_t number);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_EDIT_MODEL_H_
