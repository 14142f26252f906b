#include "src/analysis/policy_diff.h"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <string>
#include <vector>

#include "src/analysis/explain.h"
#include "src/policy/matcher.h"
#include "src/policy/policy_source.h"
#include "src/policy/regex.h"
#include "src/yaml/unicode.h"
#include "tests/oracle/check.h"
#include "tests/oracle/edit_model.h"
#include "tests/oracle/random.h"
#include "tests/oracle/vocabulary.h"

// Random policies and random edits of them: whose decisions change must be in the comparison, and a
// policy that is written in another way must be the same.
namespace certgate::oracle {
namespace {

// Before each time that is asked about.
const absl::Time kFrom = kNow - absl::Seconds(2);

PolicySource SourceOf(const Model& model, std::uint32_t style) {
  PolicySource source = ParsePolicySource(WritePolicy(model, style).text, kPolicyFile);
  if (source.policy == nullptr) RC_FAIL(Render(source.diagnostics));
  return source;
}

// A server that enforces `model` finds out by the CA who vouches: what a question calls the first
// two authorities are the CAs of these files.
PeerIdentity SeenUnder(const Model& model, PeerIdentity caller) {
  static const Words kFiles = {"cas/corp-ca.crt", "cas/partner-ca.crt"};
  std::vector<VouchingAuthority> vouching;
  for (const VouchingAuthority& claimed : caller.authorities) {
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
      if (claimed.name != AuthorityNames()[i]) continue;
      for (const Authority& authority : model.authorities) {
        if (authority.ca_file != kFiles[i]) continue;
        vouching.push_back({authority.name, claimed.not_before, claimed.not_after});
      }
    }
  }
  caller.authorities = std::move(vouching);
  return caller;
}

bool Matches(Field field, const SelectorValue& value, const std::string& text) {
  switch (value.kind) {
    case ValueKind::kExact:
      return value.text == (field == Field::kDns ? AsciiLower(text) : text);
    case ValueKind::kPattern:
      return MatchesPattern(field, value.text, field == Field::kDns ? AsciiLower(text) : text);
    case ValueKind::kRegex:
      return Regex(field, value.text).Matches(text);
  }
  return false;
}

// The CA files that vouch for the caller, sorted; "any" under a policy that asks for none.
Words VouchingFiles(const Model& model, const PeerIdentity& caller, absl::Time now) {
  if (model.authorities.empty()) return {"any"};
  Words files;
  for (const std::string& name : ValuesOf(caller, Field::kIssuer, now)) {
    for (const Authority& authority : model.authorities) {
      if (authority.name == name) files.push_back(authority.ca_file);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// A caller as both policies see it.
struct Seen {
  PeerIdentity before;
  PeerIdentity after;
  absl::Time now;
  /// The same CAs vouch under both.
  bool has_same_authorities = false;
};

// The names of authorities are those of the new policy; that of one that it has no more, with a
// mark perhaps, is the old one's.
bool Matches(const Clause& clause, const Seen& seen) {
  return std::all_of(
      clause.selectors.begin(), clause.selectors.end(), [&](const Selector& selector) {
        if (selector.field == Field::kAny) return true;
        std::vector<std::string> texts = ValuesOf(seen.after, selector.field, seen.now);
        if (selector.field == Field::kIssuer) {
          for (const std::string& name : ValuesOf(seen.before, selector.field, seen.now)) {
            texts.push_back(name);
            texts.push_back(name + " (before)");
          }
        }
        return std::any_of(
            selector.values.begin(), selector.values.end(), [&](const SelectorValue& value) {
              return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
                return Matches(selector.field, value, text);
              });
            });
      });
}

bool Tells(const PolicyDiff& diff, const std::string& path, const Seen& seen, bool opens) {
  for (const WideChange& change : diff.wide) {
    if (change.clause.selectors.empty() && !seen.has_same_authorities) return true;
    if (change.clause.selectors.empty()) continue;
    if (Opens(change.kind) == opens && Matches(change.clause, seen)) return true;
  }
  const std::vector<Change>& changes = diff.classes[diff.ClassOf(path)].changes;
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    if (Opens(change.kind) != opens) return false;
    if (!ConcernsCallers(change.kind)) return change.kind != ChangeKind::kUnlisted;
    return Matches(change.clause, seen);
  });
}

std::string Describe(const PolicyDiff& diff) {
  std::string text;
  for (const WideChange& change : diff.wide) text += change.text + "\n";
  for (const ClassDiff& one : diff.classes) {
    for (const Change& change : one.changes) {
      text += std::string(one.key) + ": " + change.who + " ";
      text += ToString(change.kind);
      text += " line " + std::to_string(change.place.line) + "\n";
    }
  }
  return text;
}

struct Tally {
  std::size_t pairs = 0;
  std::size_t same = 0;
  std::size_t questions = 0;
  std::size_t opened = 0;
  std::size_t closed = 0;
};

void Compare(const Case& tried, const Model& edited, Tally& tally) {
  const PolicySource before = SourceOf(tried.model, 0);
  const PolicySource after = SourceOf(edited, 0);
  const PolicyDiff diff = DiffPolicies(before, after, kFrom);
  RC_LOG() << before.text << "\n" << after.text << "\n" << Describe(diff) << "\n";
  ++tally.pairs;
  if (diff.IsEmpty()) ++tally.same;
  for (const Question& question : tried.questions) {
    Seen seen{SeenUnder(tried.model, question.caller), SeenUnder(edited, question.caller),
              question.now};
    seen.has_same_authorities = VouchingFiles(tried.model, seen.before, seen.now) ==
                                VouchingFiles(edited, seen.after, seen.now);
    const Decision old_one = before.policy->Decide(seen.before, question.path, question.now);
    const Decision new_one = after.policy->Decide(seen.after, question.path, question.now);
    ++tally.questions;
    if (old_one.effect == new_one.effect) continue;
    const bool opens = new_one.effect == Effect::kAllow;
    ++(opens ? tally.opened : tally.closed);
    RC_LOG() << Describe(question) << "\n";
    RC_ASSERT(Tells(diff, question.path, seen, opens));
  }
}

TEST_CASE("whoever is decided otherwise by an edited policy is named by the comparison") {
  const auto cases = AnyCase();
  const auto additions = UpTo(4, AnyAddition());
  const std::size_t wanted = NumberFromEnvironment("CERTGATE_ORACLE_DECISIONS", 50'000);
  Tally tally;
  for (std::uint64_t seed = FirstSeed(); tally.questions < wanted; ++seed) {
    CheckProperty(seed, 100, [&] {
      const Case tried = *cases;
      Compare(tried, Edited(tried.model, *additions, *AnyNumber()), tally);
    });
  }
  std::cout << tally.pairs << " pairs, " << tally.same << " the same; " << tally.questions
            << " questions, " << tally.opened << " opened, " << tally.closed << " closed\n";
  // Else little was compared.
  CHECK(tally.opened > wanted / 200);
  CHECK(tally.closed > wanted / 200);
  CHECK(tally.same > tally.pairs / 50);
}

TEST_CASE("a policy that is written in another way is the same policy") {
  const auto models = AnyModel();
  CheckProperty(FirstSeed(), 500, [&] {
    const Model model = *models;
    const std::uint32_t number = *AnyNumber();
    const PolicySource before = SourceOf(model, 0);
    const PolicySource after = SourceOf(Rewritten(model, number), number);
    const PolicyDiff diff = DiffPolicies(before, after, kFrom);
    RC_LOG() << before.text << "\n" << after.text << "\n" << Describe(diff) << "\n";
    RC_ASSERT(diff.IsEmpty());
  });
}

}  // namespace
}  // namespace certgate::oracle
