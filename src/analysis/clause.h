#ifndef CERTGATE_SRC_ANALYSIS_CLAUSE_H_
#define CERTGATE_SRC_ANALYSIS_CLAUSE_H_

#include <absl/time/time.h>
#include <certgate/decision.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// One way to match an entry, with client sets replaced by the entries that they hold: all of
/// `selectors` must hold, and none of them is `client` (but see `Expander`). A field may occur
/// more than once: both must hold, of two organizational units say.
struct Clause {
  /// Sorted by field; the values of each sorted and without repetition.
  std::vector<Selector> selectors;
  /// From this moment on the clause matches nobody: the earliest `expires` on the way to it.
  absl::Time expires = absl::InfiniteFuture();
  /// The entry of a method's list, or of `revoked`, that it came from, borrowed from the document.
  const Entry* entry = nullptr;
  /// The client sets on the way, the outermost first.
  std::vector<std::string> through;
};

/// True if every caller that matches `narrow` matches `wide` too, at any time at which `narrow`
/// has not expired. Sound, not complete: false may mean "cannot be told".
bool Covers(const Clause& wide, const Clause& narrow);

/// The same without regard to when the clauses expire.
bool CoversCallers(const Clause& wide, const Clause& narrow);

/// The same for two selectors of one clause each, whose values are sorted; those of different
/// fields never cover each other.
bool CoversSelector(const Selector& wide, const Selector& narrow);

/// True if every text that `narrow` matches is matched by `wide`, by the rules of `field`. Sound,
/// not complete: of two different regexes it says false.
bool CoversValue(Field field, const SelectorValue& wide, const SelectorValue& narrow);

/// What comparing the two counts for: see `CountSteps`.
std::size_t StepsOf(const SelectorValue& a, const SelectorValue& b);

/// "until 2027-01-31", "until 2027-01-31T18:00:00Z", "without end".
std::string DescribeUntil(absl::Time time);

/// The clause in the words of a policy: "cn `edge-*` and ou `edge`", "any caller"; values of one
/// selector are joined by "or"; patterns and regexes are named as such where it matters.
std::string DescribeClause(const Clause& clause);
std::string DescribeSelector(const Selector& selector);
/// "`my-grpc-client`", "`edge-*`", "regex `edge-[0-9]+`".
std::string DescribeValue(const SelectorValue& value);

/// Turns the entries of one document into clauses. Keeps a reference to it.
class Expander {
 public:
  /// Client sets can multiply each other. An entry that would take more clauses than twice the
  /// entries of all sets and 10,000, or sets nested deeper than `kDeepest`, keeps `client` as a
  /// selector, which covers nothing and is covered by nothing but `any`: what such an entry means
  /// cannot be told.
  static constexpr int kDeepest = 64;

  explicit Expander(const PolicyDocument& document);
  std::vector<Clause> Expand(const Entry& entry) const;

 private:
  const ClientSet* Find(const std::string& name) const;
  bool Add(const Entry& entry, int depth, std::vector<Clause>& clauses) const;

  const PolicyDocument& document_;
  std::unordered_map<std::string_view, const ClientSet*> clients_;
  /// Sets that only hold each other take no more clauses than there are entries.
  std::size_t most_ = 10'000;
};

/// The method keys of `document` that match each call that `key` matches, itself included, the
/// most specific first: of `/a.b.S/M` those of `/a.b.S/M`, `/a.b.S/*`, `/a.b.*`, `/a.*` and `*`.
std::vector<const MethodRules*> KeysCovering(const PolicyDocument& document, MethodScope scope,
                                             const std::string& key);

/// True if the method key `wide` matches each path that `narrow` matches.
bool CoversKey(MethodScope wide_scope, const std::string& wide, MethodScope narrow_scope,
               const std::string& narrow);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_CLAUSE_H_
