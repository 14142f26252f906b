#ifndef CERTGATE_TESTS_ORACLE_VOCABULARY_H_
#define CERTGATE_TESTS_ORACLE_VOCABULARY_H_

#include <string>
#include <vector>

#include "tests/oracle/model.h"

// The words that random policies and callers are made of. There are few, so that those of policies
// and those of certificates meet often. The plainest stand first: a failing case is reduced to
// them.
namespace certgate::oracle {

using Words = std::vector<std::string>;

/// Method keys, and paths of calls.
const Words& Keys();
const Words& Paths();
const Words& MalformedPaths();

/// Names of client sets.
const Words& SetNames();

/// Names of authorities in callers; all but the last are also those that policies may name.
const Words& AuthorityNames();

/// A field of entries: the texts that certificates have in it and the values that entries ask for.
struct FieldWords {
  std::string field;
  Words texts;
  std::vector<Value> values;
};
const std::vector<FieldWords>& Fields();

/// The words of one field, which exists.
const FieldWords& WordsOf(const std::string& field);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_VOCABULARY_H_
