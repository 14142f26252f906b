#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "src/analysis/access_changes.h"
#include "src/analysis/explain.h"
#include "src/analysis/policy_diff.h"
#include "src/policy/matcher.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

// Pairs of policies so small that all their callers can be asked. The oracle's tests have large
// ones, and all fields.
namespace certgate::testing {
namespace {

using Texts = std::vector<std::string>;

const absl::Time kFrom = absl::FromCivil(absl::CivilDay(2027, 1, 15), absl::UTCTimeZone());

class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {}

  std::string Policy() {
    std::string text;
    if (Once(5)) text += "mode: observe\n";
    text += "clients:\n  set: [" + Entries(2, false) + "]\nmethods:\n";
    bool has_key = false;
    for (const char* key : {"/a.S/M", "/a.S/*", "/a.*", "\"*\""}) {
      if (has_key && Once(2)) continue;
      has_key = true;
      text += "  " + std::string(key) + ": { ";
      if (Once(5)) text += In({"mode: observe, ", "mode: enforce, "});
      text += "allow: [" + Entries(2, true) + "]";
      if (Once(2)) text += ", deny: [" + Entries(2, true) + "]";
      text += " }\n";
    }
    if (Once(8)) text += "revoked: [{ serial: A }]\n";
    return text;
  }

 private:
  bool Once(unsigned in) { return random_() % in == 0; }
  std::string In(const Texts& texts) { return texts[random_() % texts.size()]; }

  std::string Entries(unsigned most, bool may_refer) {
    std::string text;
    for (unsigned left = 1 + static_cast<unsigned>(random_() % most); left > 0; --left) {
      text += (text.empty() ? "{ " : ", { ") + Entry(may_refer) + " }";
    }
    return text;
  }

  std::string Entry(bool may_refer) {
    static const Texts kNames = {"cn: a", "cn: [a, b]", "cn: 'a*'", "cn: '*b'", "cn: '*'"};
    static const Texts kUnits = {"ou: u", "ou: v", "ou: [u, v]"};
    std::string text;
    const auto add = [&text](const std::string& field) {
      text += (text.empty() ? "" : ", ") + field;
    };
    if (may_refer && Once(4)) add("client: set");
    if (Once(2)) add(In(kNames));
    if (Once(2)) add(In(kUnits));
    if (text.empty()) add(Once(4) ? "any: true" : In(kNames));
    if (Once(5)) add(In({"expires: 2027-02-01", "expires: 2027-03-01", "expires: 2027-01-01"}));
    return text;
  }

  std::mt19937 random_;
};

std::vector<PeerIdentity> AllCallers() {
  std::vector<PeerIdentity> callers;
  for (const char* cn : {"", "a", "b", "ab", "c"}) {
    for (const Texts& units : {Texts{}, Texts{"u"}, Texts{"v"}, Texts{"u", "v"}}) {
      for (const char* serial : {"A", "B"}) {
        PeerIdentity caller;
        caller.standing = ChainStanding::kProven;
        if (*cn != '\0') caller.common_name = cn;
        caller.organizational_units = units;
        caller.certificate.serial_number = serial;
        caller.certificate.not_before = absl::InfinitePast();
        caller.certificate.not_after = absl::InfiniteFuture();
        callers.push_back(std::move(caller));
      }
    }
  }
  return callers;
}

bool Matches(const Clause& clause, const PeerIdentity& caller, absl::Time now) {
  return std::all_of(
      clause.selectors.begin(), clause.selectors.end(), [&](const Selector& selector) {
        if (selector.field == Field::kAny) return true;
        const Texts texts = ValuesOf(caller, selector.field, now);
        return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return std::any_of(
              selector.values.begin(), selector.values.end(), [&](const SelectorValue& value) {
                return value.kind == ValueKind::kExact ? value.text == text
                                                       : MatchesGlob(value.text, text);
              });
        });
      });
}

bool Tells(const PolicyDiff& diff, const std::string& path, const PeerIdentity& caller,
           absl::Time now, bool opens) {
  for (const WideChange& change : diff.wide) {
    if (Opens(change.kind) == opens && Matches(change.clause, caller, now)) return true;
  }
  const std::vector<Change>& changes = diff.classes[diff.ClassOf(path)].changes;
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    return Opens(change.kind) == opens && change.kind != ChangeKind::kListed &&
           change.kind != ChangeKind::kUnlisted && Matches(change.clause, caller, now);
  });
}

bool Covers(std::string_view key, std::string_view path) {
  if (!key.ends_with('*')) return key == path;
  key.remove_suffix(1);
  return path.starts_with(key);
}

// `/a.* except /a.S/M, /a.S/N` has all keys that are left out: there are no more than three.
bool NamesPath(const std::string& method, std::string_view path) {
  std::istringstream words(method);
  std::string word;
  words >> word;
  if (!Covers(word, path)) return false;
  while (words >> word) {
    if (word.ends_with(',')) word.pop_back();
    if (Covers(word, path)) return false;
  }
  return true;
}

bool NamesPath(const std::vector<AccessChange>& changes, std::string_view path) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const AccessChange& one) { return NamesPath(one.method, path); });
}

struct Tally {
  std::size_t different = 0;
  std::size_t pairs_told = 0;
  std::size_t pairs_told_in_vain = 0;
};

void Compare(const PolicySource& before, const PolicySource& after, Tally& tally) {
  static const std::vector<PeerIdentity> callers = AllCallers();
  const PolicyDiff diff = DiffPolicies(before, after, kFrom);
  const AccessChanges access = CompareAccess(before, after, kFrom);
  bool differs = false;
  for (const PeerIdentity& caller : callers) {
    for (const char* path : {"/a.S/M", "/a.S/N", "/a.T/M", "/b.S/M"}) {
      for (const int days : {0, 17, 45}) {
        const absl::Time now = kFrom + absl::Hours(24 * days);
        const Effect old_effect = before.policy->Decide(caller, path, now).effect;
        const Effect new_effect = after.policy->Decide(caller, path, now).effect;
        if (old_effect == new_effect) continue;
        differs = true;
        ++tally.different;
        const bool opens = new_effect == Effect::kAllow;
        if (Tells(diff, path, caller, now, opens) &&
            NamesPath(opens ? access.gained : access.lost, path)) {
          continue;
        }
        FAIL(DescribeCaller(caller, now)
             << " is decided otherwise for " << path << " after " << days << " days:\n"
             << before.text << after.text);
      }
    }
  }
  if (diff.IsEmpty()) return;
  ++tally.pairs_told;
  if (!differs) ++tally.pairs_told_in_vain;
}

TEST_CASE("of all callers of small policies each that is decided otherwise is told") {
  Tally tally;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    Author author(seed);
    Compare(SourceOf(author.Policy()), SourceOf(author.Policy()), tally);
  }
  CHECK(tally.different > 100'000);
  CHECK(tally.pairs_told > 1000);
  // What is told may be no change, for all that can be told from the entries; but seldom.
  CHECK(tally.pairs_told_in_vain * 20 < tally.pairs_told);
}

}  // namespace
}  // namespace certgate::testing
