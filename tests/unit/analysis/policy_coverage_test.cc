#include "src/analysis/policy_coverage.h"

#include <string>
#include <vector>

#include "src/analysis/claimed_caller.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/sources.h"

namespace certgate::testing {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);  // 2027-01-15

constexpr char kBody[] =
    "clients:\n"
    "  inner:\n"
    "    - { cn: app }\n"
    "    - { cn: other }\n"
    "  outer:\n"
    "    - { client: inner }\n"
    "    - { ou: ops }\n"
    "  unused:\n"
    "    - { cn: app }\n"
    "methods:\n"
    "  /a.S/M:\n"
    "    allow: [{ client: outer, id: all }, { cn: never, id: never }]\n"
    "    deny: [{ cn: bad, id: bad }]\n"
    "revoked:\n"
    "  - { serial: '0A', id: leaked }\n";

class Run {
 public:
  void Call(const std::string& cn, const std::string& ou = "", const std::string& serial = "") {
    ClaimedCaller claimed;
    claimed.cn = cn;
    if (!ou.empty()) claimed.ou = {ou};
    claimed.serial = serial;
    coverage_.Add(Explain(source_, std::get<PeerIdentity>(IdentityOf(claimed, source_)), "/a.S/M",
                          kNow));
  }

  std::vector<std::string> Exercised() const {
    std::vector<std::string> names;
    for (const CoveredEntry& one : coverage_.entries()) {
      if (one.is_exercised) names.push_back(one.name);
    }
    CHECK(names.size() == coverage_.exercised_count());
    return names;
  }

  const PolicyCoverage& coverage() const { return coverage_; }

 private:
  PolicySource source_ = SourceOf(kBody);
  PolicyCoverage coverage_{source_};
};

using Texts = std::vector<std::string>;

TEST_CASE("without calls no entry is exercised") {
  const Run run;
  CHECK(run.Exercised().empty());
  CHECK(run.coverage().entry_count() == 9);
  Texts names;
  for (const CoveredEntry& one : run.coverage().entries()) names.push_back(one.name);
  CHECK(names == Texts{"client `inner`, entry 1", "client `inner`, entry 2",
                       "client `outer`, entry 1", "client `outer`, entry 2",
                       "client `unused`, entry 1", "allow `all`", "allow `never`", "deny `bad`",
                       "revoked `leaked`"});
}

TEST_CASE("the deciding entry is exercised and the members through which it matched") {
  Run run;
  run.Call("app");
  CHECK(run.Exercised() ==
        Texts{"client `inner`, entry 1", "client `outer`, entry 1", "allow `all`"});
  run.Call("x", "ops");
  CHECK(run.Exercised() == Texts{"client `inner`, entry 1", "client `outer`, entry 1",
                                 "client `outer`, entry 2", "allow `all`"});
}

TEST_CASE("members of a set count only where the entry that uses it decided") {
  Run run;
  run.Call("app", "", "0A");
  CHECK(run.Exercised() == Texts{"revoked `leaked`"});
  run.Call("bad");
  CHECK(run.Exercised() == Texts{"deny `bad`", "revoked `leaked`"});
}

TEST_CASE("a call that no entry decides exercises nothing") {
  Run run;
  run.Call("x");
  CHECK(run.Exercised().empty());
}

}  // namespace
}  // namespace certgate::testing
