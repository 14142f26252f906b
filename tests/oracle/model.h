#ifndef CERTGATE_TESTS_ORACLE_MODEL_H_
#define CERTGATE_TESTS_ORACLE_MODEL_H_

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <vector>

// What a policy says, as plainly as it can be held: words as they stand in the file. The engine has
// a model of its own; these two share nothing.
namespace certgate::oracle {

/// How a value is written: `x`, `{ exact: x }` or `{ regex: x }`.
enum class Form { kPlain, kExact, kRegex };

struct Value {
  std::string text;
  Form form = Form::kPlain;
};

/// One identity field of an entry, by its name in the file. `any` has no values; those of `client`
/// are names of client sets and those of `issuer` names of authorities.
struct Condition {
  std::string field;
  std::vector<Value> values;
};

struct Entry {
  std::vector<Condition> conditions;
  std::string id, owner, reason;  // empty: not written
  std::optional<absl::Time> expires;
};

struct ClientSet {
  std::string name;
  std::vector<Entry> entries;
};

struct Method {
  std::string key;
  std::string mode;  // `enforce`, `observe`, or empty: not written
  std::vector<Entry> allow, deny;
};

struct Authority {
  std::string name;
  std::string ca_file;
};

struct Model {
  std::string name = "oracle";
  std::string mode;
  std::vector<Authority> authorities;
  std::vector<ClientSet> clients;
  std::vector<Method> methods;
  std::vector<Entry> revoked;
};

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_MODEL_H_
