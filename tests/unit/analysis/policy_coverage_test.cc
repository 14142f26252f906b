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
    coverage_.Add(
        Explain(source_, std::get<PeerIdentity>(IdentityOf(claimed, source_)), "/a.S/M", kNow));
  }

  std::vector<std::string> Unexercised() const {
    std::vector<std::string> names;
    for (const EntryPlace& one : coverage_.Unexercised()) names.push_back(one.name());
    CHECK(names.size() == coverage_.entry_count() - coverage_.exercised_count());
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
  CHECK(run.coverage().exercised_count() == 0);
  CHECK(run.Unexercised() == Texts{"entry 1 of client `inner`", "entry 2 of client `inner`",
                                   "entry 1 of client `outer`", "entry 2 of client `outer`",
                                   "entry 1 of client `unused`", "entry `all`", "entry `never`",
                                   "entry `bad`", "entry `leaked`"});
}

TEST_CASE("the deciding entry is exercised and the members through which it matched") {
  Run run;
  run.Call("app");
  CHECK(run.Unexercised() == Texts{"entry 2 of client `inner`", "entry 2 of client `outer`",
                                   "entry 1 of client `unused`", "entry `never`", "entry `bad`",
                                   "entry `leaked`"});
  run.Call("x", "ops");
  CHECK(run.Unexercised() == Texts{"entry 2 of client `inner`", "entry 1 of client `unused`",
                                   "entry `never`", "entry `bad`", "entry `leaked`"});
}

TEST_CASE("members of a set count only where the entry that uses it decided") {
  Run run;
  run.Call("app", "", "0A");
  CHECK(run.coverage().exercised_count() == 1);
  CHECK(run.Unexercised().back() == "entry `bad`");
  run.Call("bad", "ops");
  CHECK(run.coverage().exercised_count() == 2);
  CHECK(run.Unexercised().back() == "entry `never`");
}

TEST_CASE("a call that no entry decides exercises nothing") {
  Run run;
  run.Call("x");
  CHECK(run.coverage().exercised_count() == 0);
}

}  // namespace
}  // namespace certgate::testing
