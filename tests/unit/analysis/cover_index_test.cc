#include "src/analysis/cover_index.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "src/analysis/warnings.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/random_document.h"

namespace certgate::testing {
namespace {

constexpr unsigned kDocuments = 400;

PolicySource SourceFor(const PolicyDocument& document) {
  PolicySource source;
  source.document = document;
  source.policy = std::make_shared<const Policy>(CompilePolicy(document));
  return source;
}

std::set<std::size_t> LinesOf(const PolicySource& source, FindingRule rule) {
  std::set<std::size_t> lines;
  for (const Finding& finding : FindWarnings(source, {kNow, nullptr})) {
    if (finding.rule == rule) lines.insert(finding.diagnostic.location.line);
  }
  return lines;
}

PolicyDocument Without(PolicyDocument document, const std::set<std::size_t>& lines) {
  const auto remove = [&lines](std::vector<Entry>& entries) {
    std::erase_if(entries,
                  [&lines](const Entry& entry) { return lines.contains(entry.location.line); });
  };
  for (MethodRules& rules : document.methods) {
    remove(rules.allow);
    remove(rules.deny);
  }
  for (ClientSet& client : document.clients) remove(client.entries);
  remove(document.revoked);
  return document;
}

// The effects of all calls, now and at each later time at which something expires.
std::vector<Effect> EffectsOf(const PolicyDocument& document) {
  const Policy policy(CompilePolicy(document));
  std::vector<Effect> effects;
  for (const PeerIdentity& caller : Callers()) {
    for (const std::string& path : Paths()) {
      for (const absl::Duration later : {absl::ZeroDuration(), absl::Hours(2), absl::Hours(4)}) {
        effects.push_back(policy.Decide(caller, path, kNow + later).effect);
      }
    }
  }
  return effects;
}

TEST_CASE("without what is called pointless a policy decides alike") {
  std::size_t removed = 0;
  for (unsigned seed = 0; seed < kDocuments; ++seed) {
    CAPTURE(seed);
    const PolicyDocument document = RandomDocument(seed).Make();
    const auto lines = LinesOf(SourceFor(document), FindingRule::kPointlessEntry);
    removed += lines.size();
    REQUIRE(EffectsOf(Without(document, lines)) == EffectsOf(document));
  }
  CHECK(removed > kDocuments);
}

TEST_CASE("without the allows that a deny always beats a policy decides alike") {
  std::size_t removed = 0;
  for (unsigned seed = 0; seed < kDocuments; ++seed) {
    CAPTURE(seed);
    const PolicyDocument document = RandomDocument(seed).Make();
    const auto lines = LinesOf(SourceFor(document), FindingRule::kShadowedAllow);
    removed += lines.size();
    REQUIRE(EffectsOf(Without(document, lines)) == EffectsOf(document));
  }
  CHECK(removed > kDocuments / 4);
}

// Compares all clauses of one entry with all of the others.
bool IsCoveredBy(const std::vector<Clause>& wide, std::vector<Clause> narrow) {
  std::erase_if(narrow, [](const Clause& clause) { return clause.expires <= kNow; });
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&](const Clause& clause) {
    return std::any_of(wide.begin(), wide.end(),
                       [&clause](const Clause& other) { return Covers(other, clause); });
  });
}

TEST_CASE("the index finds whatever comparing each entry with each other one finds") {
  std::size_t covered = 0;
  for (unsigned seed = 0; seed < kDocuments; ++seed) {
    const PolicyDocument document = RandomDocument(seed).Make();
    const Expander expander(document);
    CoverIndex index(document, kNow);
    for (const EntryPlace& place : index.places()) {
      if (place.entry->expires <= kNow) continue;
      std::vector<Clause> others;
      for (const EntryPlace& other : index.places()) {
        if (other.entry == place.entry || index.SectionOf(other) != index.SectionOf(place))
          continue;
        for (Clause& clause : expander.Expand(*other.entry)) others.push_back(std::move(clause));
      }
      if (!IsCoveredBy(others, expander.Expand(*place.entry))) continue;
      ++covered;
      CAPTURE(seed, place.name());
      const CoverIndex::Section section = index.SectionOf(place);
      REQUIRE_FALSE(index.FindCover(*place.entry, std::span(&section, 1)).empty());
    }
  }
  CHECK(covered > kDocuments);
}

std::size_t CountCovered(const PolicyDocument& document, CoverIndex& index) {
  REQUIRE(document.methods.size() == 1);
  const CoverIndex::Section section = CoverIndex::AllowOf(0);
  std::size_t covered = 0;
  for (const EntryPlace& place : index.places()) {
    if (!index.FindCover(*place.entry, std::span(&section, 1)).empty()) ++covered;
  }
  return covered;
}

TEST_CASE("a hundred thousand entries take few comparisons") {
  std::vector<Entry> entries;
  for (int i = 0; i < 100'000; ++i) {
    entries.push_back(Where({Cn("client-" + std::to_string(i)), Ou("payments")}));
  }
  entries.push_back(Where({Cn("client-99999"), Ou("payments")}));
  const PolicyDocument document = Document({On("/a.S/M", std::move(entries))});
  CoverIndex index(document, kNow);
  CHECK(CountCovered(document, index) == 2);
  CHECK(index.work() < 1'000'000);
}

TEST_CASE("patterns are told apart by either end") {
  std::vector<Entry> entries;
  for (int i = 0; i < 20'000; ++i) {
    entries.push_back(Where({Has(Field::kDns, {"*.zone" + std::to_string(i) + ".acme.example"})}));
    entries.push_back(Where({Cn("edge" + std::to_string(i) + "-*-node")}));
  }
  entries.push_back(Where({Has(Field::kDns, {"a.zone19999.acme.example"})}));
  entries.push_back(Where({Has(Field::kDns, {"a.zone20000.acme.example"})}));
  entries.push_back(Where({Cn("edge19999-*-2-node")}));
  const PolicyDocument document = Document({On("/a.S/M", std::move(entries))});
  CoverIndex index(document, kNow);
  CHECK(CountCovered(document, index) == 2);
  CHECK(index.work() < 1'000'000);
}

TEST_CASE("patterns that begin and end alike are compared up to a limit") {
  std::vector<Entry> entries = {Where({Cn("a-7-z")}), Where({Cn("a-19999-z")})};
  for (int i = 0; i < 20'000; ++i) {
    entries.push_back(Where({Cn("a*-" + std::to_string(i) + "-*z")}));
  }
  const PolicyDocument document = Document({On("/a.S/M", std::move(entries))});
  CoverIndex index(document, kNow);
  CHECK(CountCovered(document, index) == 1);
  CHECK(index.work() <= CoverIndex::kMostWork + 1'000);
}

}  // namespace
}  // namespace certgate::testing
