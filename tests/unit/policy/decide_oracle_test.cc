#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"
#include "tests/unit/policy/evaluator.h"

// Random policies, callers and paths: the engine and the plain evaluator must agree in every part
// of the decision. The vocabularies are small, so that values meet often.
namespace certgate::testing {
namespace {

constexpr int kPolicies = 4'000;
constexpr int kDecisionsEach = 20;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  PolicyDocument MakeDocument() {
    PolicyDocument document = Document({}, MakeClients());
    if (OneIn(4)) document.mode = Mode::kObserve;
    std::set<std::string> keys;
    // At most ten allow entries, all of which are candidates for the nearest one.
    for (int i = Below(6); i > 0; --i) keys.insert(Pick(kKeys));
    for (const std::string& key : keys) {
      MethodRules rules = On(key, MakeEntries(Below(3), sets_), MakeEntries(DenyCount(), sets_));
      if (OneIn(4)) rules.mode = OneIn(2) ? Mode::kObserve : Mode::kEnforce;
      document.methods.push_back(std::move(rules));
    }
    std::shuffle(document.methods.begin(), document.methods.end(), random_);
    return document;
  }

  PeerIdentity MakeCaller() {
    PeerIdentity caller = Caller(Pick(kNames), PickSome(kUnits));
    if (OneIn(8)) caller.common_name = std::nullopt;
    caller.organizations = PickSome(kOrganizations);
    caller.dns_names = PickSome(kDnsNames);
    caller.uris = PickSome(kUris);
    caller.emails = PickSome(kEmails);
    caller.certificate.serial_number = Pick(kSerials);
    if (OneIn(40)) caller.certificate.not_before = kNow + absl::Seconds(1);
    if (OneIn(40)) caller.certificate.not_after = kNow - absl::Seconds(1);
    return caller;
  }

  std::string MakePath() { return Pick(kPaths); }

 private:
  using Words = std::vector<std::string>;

  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool OneIn(int n) { return Below(n) == 0; }
  int DenyCount() { return OneIn(3) ? 1 : 0; }
  const std::string& Pick(const Words& words) {
    return words[static_cast<std::size_t>(Below(static_cast<int>(words.size())))];
  }
  Words PickSome(const Words& words) {
    Words some;
    for (int i = Below(3); i > 0; --i) some.push_back(Pick(words));
    return some;
  }

  // A set refers to earlier ones only, so that none leads to itself; then the order is lost.
  std::vector<ClientSet> MakeClients() {
    std::vector<ClientSet> clients;
    sets_ = 0;
    for (int count = Below(7); sets_ < count; ++sets_) {
      clients.push_back(Set("s" + std::to_string(sets_), MakeEntries(1 + Below(3), sets_)));
    }
    std::shuffle(clients.begin(), clients.end(), random_);
    return clients;
  }

  std::vector<Entry> MakeEntries(int count, int sets) {
    std::vector<Entry> entries;
    for (; count > 0; --count) entries.push_back(MakeEntry(sets));
    return entries;
  }

  Entry MakeEntry(int sets) {
    std::map<Field, Selector> selectors;
    for (int i = OneIn(2) ? 1 : 1 + Below(3); i > 0; --i) {
      Selector selector = MakeSelector(sets);
      selectors.insert_or_assign(selector.field, std::move(selector));
    }
    Entry entry;
    for (auto& [field, selector] : selectors) entry.selectors.push_back(std::move(selector));
    std::shuffle(entry.selectors.begin(), entry.selectors.end(), random_);
    if (OneIn(6)) entry.expires = kNow + absl::Seconds(Below(3) - 1);
    return entry;
  }

  Selector MakeSelector(int sets) {
    if (sets > 0 && OneIn(3)) {
      Words names;
      for (int i = 1 + Below(2); i > 0; --i) names.push_back("s" + std::to_string(Below(sets)));
      return Has(Field::kClient, names);
    }
    if (OneIn(16)) return Any();
    static const std::array<std::pair<Field, const Words*>, 9> kSources = {
        {{Field::kCn, &kNameValues},
         {Field::kCn, &kNameValues},
         {Field::kOu, &kUnitValues},
         {Field::kOu, &kUnitValues},
         {Field::kO, &kOrganizations},
         {Field::kDns, &kDnsValues},
         {Field::kUri, &kUriValues},
         {Field::kEmail, &kEmailValues},
         {Field::kSerial, &kSerials}}};
    const auto& [field, words] =
        kSources[static_cast<std::size_t>(Below(static_cast<int>(kSources.size())))];
    Words values;
    for (int i = OneIn(8) ? 12 : 1 + Below(3); i > 0; --i) values.push_back(Pick(*words));
    Selector selector = Has(field, values);
    if (OneIn(10)) selector.values.front().kind = ValueKind::kExact;
    return selector;
  }

  static const Words kKeys, kPaths, kNames, kNameValues, kUnits, kUnitValues, kOrganizations,
      kDnsNames, kDnsValues, kUris, kUriValues, kEmails, kEmailValues, kSerials;

  std::mt19937 random_;
  int sets_ = 0;
};

using Words = std::vector<std::string>;
const Words Generator::kKeys = {"*",      "/a.*",     "/a.b.*",   "/a.b.c.*", "/a.S/*", "/a.b.S/*",
                                "/a.S/M", "/a.b.S/M", "/a.b.S/N", "/b.*",     "/S/*",   "/S/M"};
const Words Generator::kPaths = {"/a.S/M",   "/a.S/M",     "/a.b.S/M", "/a.b.S/M", "/a.b.S/M",
                                 "/a.b.S/N", "/a.b.c.S/M", "/S/M",     "/b.S/M",   "/a.b.S/X",
                                 "/ab.S/M",  "/a./M",      "a.S/M",    "/a.S//M",  "/a.S/M "};
const Words Generator::kNames = {"a", "b", "ab", "aba", "abab", "edge-1", "edge-2", "a*b"};
const Words Generator::kNameValues = {"a",    "b",      "ab",     "edge-1", "a*",   "*a",   "*",
                                      "a*b*", "aba*ba", "edge-*", "*-1",    "*b*a", "e*-*", "*b*"};
const Words Generator::kUnits = {"x", "y", "z", "xy", "xyz"};
const Words Generator::kUnitValues = {"x", "y", "z", "xy", "x*", "*y*", "*z"};
const Words Generator::kOrganizations = {"acme", "other"};
const Words Generator::kDnsNames = {"a.acme.example",   "b.ACME.example", "a.b.acme.example",
                                    "*.acme.example",   "acme.example",   ".acme.example",
                                    "edge.acme.example"};
const Words Generator::kDnsValues = {"a.acme.example",   "b.acme.example",   "*.acme.example",
                                     "*.*.acme.example", "a.*.acme.example", "e*.acme.example",
                                     "*.example"};
const Words Generator::kUris = {"spiffe://acme/a",        "spiffe://acme/a/b", "spiffe://acme/a/",
                                "spiffe://acme/",         "spiffe://acme/a?b", "spiffe://acme//b",
                                "spiffe://acme/ns/x/sa/y"};
const Words Generator::kUriValues = {
    "spiffe://acme/a",    "spiffe://acme/*",         "spiffe://acme/**", "spiffe://acme/*/b",
    "spiffe://acme/a/**", "spiffe://acme/ns/*/sa/*", "spiffe://*/a"};
const Words Generator::kEmails = {"a@acme.example", "b@acme.example", "a@other.example"};
const Words Generator::kEmailValues = {"a@acme.example", "*@acme.example", "a@*"};
const Words Generator::kSerials = {"0A", "FF"};

TEST_CASE("the engine decides random policies as a plain evaluator does") {
  Generator generator(20'260'101);
  std::map<Reason, int> seen;
  for (int i = 0; i < kPolicies; ++i) {
    const PolicyDocument document = generator.MakeDocument();
    const Policy policy(CompilePolicy(document));
    for (int j = 0; j < kDecisionsEach; ++j) {
      const PeerIdentity caller = generator.MakeCaller();
      const std::string path = generator.MakePath();
      const Decision expected = EvaluatePlainly(document, caller, path, kNow);
      const Decision actual = policy.Decide(caller, path, kNow);
      ++seen[expected.reason];
      if (actual == expected) continue;
      INFO("policy " << i << " decision " << j << " path " << path << " expected "
                     << ToString(expected.reason) << " got " << ToString(actual.reason));
      CHECK(actual.effect == expected.effect);
      CHECK(actual.reason == expected.reason);
      CHECK(actual.mode == expected.mode);
      CHECK(actual.observed == expected.observed);
      CHECK(actual.rule == expected.rule);
      CHECK(actual.nearest == expected.nearest);
      REQUIRE(actual.nearest_failed == expected.nearest_failed);
    }
  }
  // A comparison in which one answer hardly occurs would say little.
  for (const Reason reason :
       {Reason::kAllowed, Reason::kWouldDeny, Reason::kNoMatchingRule, Reason::kMethodNotListed,
        Reason::kDeniedByRule, Reason::kMalformedMethod, Reason::kCertificateExpired}) {
    INFO(ToString(reason));
    CHECK(seen[reason] > kPolicies * kDecisionsEach / 100);
  }
}

}  // namespace
}  // namespace certgate::testing
