#ifndef CERTGATE_TESTS_ORACLE_GENERATE_H_
#define CERTGATE_TESTS_ORACLE_GENERATE_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>
#include <rapidcheck.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "tests/oracle/model.h"

// RapidCheck generators of policies and of questions to them. Every policy is valid, and every
// reduction of a failing one is.
namespace certgate::oracle {

/// Who calls what, and when.
struct Question {
  PeerIdentity caller;
  std::string path;
  absl::Time now;
};

struct Case {
  Model model;
  std::uint32_t style = 0;  // see WritePolicy
  std::vector<Question> questions;
};

/// An entry that is put into a policy, under `key`.
struct Addition {
  Entry entry;
  std::string key;
};

rc::Gen<Case> AnyCase();
rc::Gen<Model> AnyModel();

/// A number up to which anything may be counted.
rc::Gen<std::uint32_t> AnyNumber();

/// Entries to add to policies, once MakeValid has fitted them to the policy.
rc::Gen<Addition> AnyAddition();
rc::Gen<Entry> AnyRevoked();

/// For RapidCheck, which finds them by their arguments.
void showValue(const Case& value, std::ostream& os);
void showValue(const Addition& value, std::ostream& os);
void showValue(const Entry& value, std::ostream& os);

/// A question in one line.
std::string Describe(const Question& question);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_GENERATE_H_
