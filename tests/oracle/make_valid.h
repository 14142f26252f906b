#ifndef CERTGATE_TESTS_ORACLE_MAKE_VALID_H_
#define CERTGATE_TESTS_ORACLE_MAKE_VALID_H_

#include "tests/oracle/model.h"

namespace certgate::oracle {

/// Turns random parts into a policy without a mistake: in the place of names of client sets and
/// authorities the parts hold numbers; fields, keys and ids may occur twice, and lists be empty.
Model MakeValid(Model model);

/// The same for an entry that is to be added to a valid policy.
Entry MakeValid(Entry entry, const Model& model);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_MAKE_VALID_H_
