#include <absl/time/clock.h>
#include <certgate/authorizer.h>
#include <certgate/authorizer_figures.h>

#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "methods:\n"
    "  /acme.Shop/Buy:\n"
    "    allow:\n"
    "      - cn: ada\n"
    "  /acme.Shop/Look:\n"
    "    mode: observe\n"
    "    allow:\n"
    "      - cn: ada\n";

struct Scene {
  CertificateAuthority authority{"unit CA"};
  std::shared_ptr<const Policy> policy = ParsePolicy(kPolicy, "policy.yaml").policy;
  bool clock_is_broken = false;
  std::shared_ptr<Authorizer> authorizer = *Authorizer::Create(
      {.policy = policy,
       .trust = TrustIn(authority.certificate_pem(), *policy),
       .audit_log = RecordingLog(std::make_shared<Recording>()),
       .clock = [this] {
         return clock_is_broken ? throw std::runtime_error("no time") : absl::Now();
       }});
  std::string ada = authority.Issue("CN=ada").certificate_pem;
  std::string eve = authority.Issue("CN=eve").certificate_pem;

  Authorization Ask(const std::string& pem, std::string_view path, std::uint32_t method) {
    return authorizer->Authorize({.path = path, .verified_certificate_pem = pem, .method = method});
  }
};

// `/acme.Shop/Buy deny no_matching_rule enforce` and how often.
std::map<std::string, std::uint64_t> Decisions(const Authorizer& authorizer) {
  std::map<std::string, std::uint64_t> decisions;
  for (const DecisionCount& one : authorizer.figures().decisions) {
    std::string name = one.path + " ";
    name.append(ToString(one.effect)).append(" ").append(ToString(one.reason)).append(" ");
    const bool is_new = decisions.emplace(name.append(ToString(one.mode)), one.count).second;
    CHECK(is_new);
  }
  return decisions;
}

std::uint64_t Timed(const Authorizer& authorizer) {
  const auto counts = authorizer.figures().decision_durations.counts;
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace

TEST_CASE("decisions are counted by method, effect, reason and mode, remembered or not") {
  Scene scene;
  const std::uint32_t buy = scene.authorizer->NumberOf("/acme.Shop/Buy");
  const std::uint32_t look = scene.authorizer->NumberOf("/acme.Shop/Look");
  CHECK(Decisions(*scene.authorizer).empty());
  for (int i = 0; i < 3; ++i) scene.Ask(scene.ada, "/acme.Shop/Buy", buy);
  for (int i = 0; i < 2; ++i) scene.Ask(scene.eve, "/acme.Shop/Buy", buy);
  scene.Ask(scene.ada, "/acme.Shop/Look", look);
  scene.Ask(scene.eve, "/acme.Shop/Look", look);
  const std::map<std::string, std::uint64_t> expected = {
      {"/acme.Shop/Buy allow allowed enforce", 3},
      {"/acme.Shop/Buy deny no_matching_rule enforce", 2},
      {"/acme.Shop/Look allow allowed observe", 1},
      {"/acme.Shop/Look allow would_deny observe", 1}};
  CHECK(Decisions(*scene.authorizer) == expected);
  CHECK(Timed(*scene.authorizer) == 7);
  CHECK(scene.authorizer->figures().decision_durations.sum > absl::ZeroDuration());
}

TEST_CASE("paths that a caller makes up are counted together") {
  Scene scene;
  for (int i = 0; i < 100; ++i) scene.Ask(scene.eve, "/made.Up/M" + std::to_string(i), 0);
  scene.authorizer->Authorize({.path = "/acme.Shop/Buy"});
  const std::map<std::string, std::uint64_t> expected = {{" deny method_not_listed enforce", 100},
                                                         {" deny no_certificate enforce", 1}};
  CHECK(Decisions(*scene.authorizer) == expected);
}

TEST_CASE("a call that an error kept from being decided is counted, and not timed") {
  Scene scene;
  const std::uint32_t buy = scene.authorizer->NumberOf("/acme.Shop/Buy");
  scene.clock_is_broken = true;
  CHECK_FALSE(scene.Ask(scene.ada, "/acme.Shop/Buy", buy).admitted());
  scene.clock_is_broken = false;
  const std::map<std::string, std::uint64_t> expected = {
      {"/acme.Shop/Buy deny internal_error enforce", 1}};
  CHECK(Decisions(*scene.authorizer) == expected);
  CHECK(Timed(*scene.authorizer) == 0);
}

TEST_CASE("a number that was never given is counted with made-up paths") {
  Scene scene;
  scene.Ask(scene.ada, "/acme.Shop/Buy", 77);
  scene.Ask(scene.ada, "/acme.Shop/Buy", 78);
  scene.Ask(scene.ada, "/acme.Shop/Buy", 0);
  const std::map<std::string, std::uint64_t> expected = {{" allow allowed enforce", 3}};
  CHECK(Decisions(*scene.authorizer) == expected);
}

TEST_CASE("the figures tell how often a certificate was remembered") {
  Scene scene;
  const auto ask = [&scene](const std::string& pem) { scene.Ask(pem, "/acme.Shop/Buy", 0); };
  ask(scene.ada);
  ask(scene.ada);
  ask(scene.eve);
  ask(scene.ada);
  scene.authorizer->Authorize({.path = "/acme.Shop/Buy"});  // Without one.
  const AuthorizerFigures figures = scene.authorizer->figures();
  CHECK(figures.known_certificates == 2);
  CHECK(figures.certificate_hits == 2);
  CHECK(figures.certificate_misses == 2);
}

}  // namespace certgate::testing
