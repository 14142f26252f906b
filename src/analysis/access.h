#ifndef CERTGATE_SRC_ANALYSIS_ACCESS_H_
#define CERTGATE_SRC_ANALYSIS_ACCESS_H_

#include <absl/time/time.h>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "src/analysis/clause.h"
#include "src/analysis/clause_set.h"
#include "src/analysis/method_keys.h"
#include "src/policy/document.h"

namespace certgate {

/// Numbers for texts: the same number for the same text. Shared by the policies of a comparison.
class TextNumbers {
 public:
  std::size_t Of(const std::string& text) {
    return numbers_.try_emplace(text, numbers_.size()).first->second;
  }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
};

/// The names of a policy's authorities, as the other policy calls them.
using AuthorityNames = std::map<std::string, std::string>;

/// A clause as one policy means it. A policy that names authorities lets nobody else in, so that an
/// entry without `issuer` means all of them.
struct AccessClause {
  /// With the authorities that are meant: what is asked whether the other policy has it too.
  Clause narrow;
  /// Without them where they are all that the policy names: what answers for this policy.
  Clause wide;
  /// The same for clauses that match the same callers for the same time.
  std::size_t id = 0;
};

/// A list of entries as clauses; none has expired, and none matches nobody.
struct AccessList {
  std::vector<std::unique_ptr<const AccessClause>> clauses;
  std::unordered_set<std::size_t> ids;
  /// What answers whether the list matches callers of the other policy: the `wide` forms, but in
  /// `allow` the `narrow` ones if both policies name authorities, so that it is told who gains
  /// access by a new one.
  ClauseSet set;
};

struct KeyAccess {
  const MethodRules* rules = nullptr;
  AccessList allow;
  AccessList deny;
};

/// What a policy says of the calls of one class: those that a method key matches, and no key more
/// specific.
struct ClassAccess {
  /// The keys that match, the most specific first; empty if the policy does not list such calls.
  std::vector<const KeyAccess*> keys;
  Mode mode = Mode::kEnforce;
  /// Where the mode is set; line 0 where it is not.
  SourceLocation mode_location;
};

/// The lists of one policy from `now` on, ready to be compared. Keeps a reference to the document.
class Access {
 public:
  /// `other` is the policy to compare with.
  Access(const PolicyDocument& document, const PolicyDocument& other, absl::Time now,
         AuthorityNames names, TextNumbers& numbers);
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;

  ClassAccess Of(MethodScope scope, std::string_view key) const;
  const AccessList& revoked() const { return revoked_; }
  const std::vector<KeyAccess>& keys() const { return keys_; }
  bool names_authorities() const { return !authorities_.values.empty(); }
  /// True if the policy names an authority of this name, in the names of the comparison.
  bool HasAuthority(const SelectorValue& name) const;

  /// `clause` without authorities where it means all of them.
  Clause Widened(Clause clause) const;
  /// The same in the words of a policy.
  std::string Describe(const Clause& clause) const;

 private:
  AccessList ListOf(const std::vector<Entry>& entries, bool answers_narrowly) const;
  void Add(Clause clause, AccessList& list) const;
  bool IsImplied(const Selector& selector) const;
  std::string TextWithSets(Clause clause) const;
  std::size_t NumberOfSet(const std::string& name, int depth) const;
  std::string TextOfMember(const Entry& entry, int depth) const;

  const PolicyDocument& document_;
  const absl::Time now_;
  const AuthorityNames names_;
  TextNumbers& numbers_;
  Expander expander_;
  /// All authorities, as an `issuer`; without values if the policy names none.
  Selector authorities_{Field::kIssuer, {}};
  std::vector<KeyAccess> keys_;
  MethodKeys index_;
  AccessList revoked_;
  std::unordered_map<std::string, const ClientSet*> sets_;
  mutable std::unordered_map<std::string, std::size_t> set_numbers_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_ACCESS_H_
