#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/analysis/import_authz.h"
#include "src/analysis/imported_policy.h"
#include "src/policy/method_table.h"
#include "src/policy/policy_source.h"
#include "tests/oracle/authz_model.h"
#include "tests/oracle/property.h"
#include "tests/oracle/random.h"

// Random gRPC authorization policies are imported; the imported policy must never allow what A43
// denies, and where it says that it is complete it must decide the same.
namespace certgate::oracle {
namespace {

using rc::Gen;
using Texts = std::vector<std::string>;

const Texts kPaths = {"/a.S/M",   "/a.S/Get", "/a.S/GetAll", "/a.S/Drop", "/a.b.S/M", "/a.b.T/Drop",
                      "/b.S/M",   "/S/M",     "/a*b.S/M",    "/a.S/*",    "a.S/M",    "/a.S",
                      "/a.S/M/x", "//M",      "/",           ""};

// A text, its beginning and a `*`, or a `*` and its end.
Gen<std::string> PieceOf(const Texts& texts) {
  return rc::gen::map(rc::gen::tuple(OneOf(texts), Below(1000), Below(4)),
                      [](const std::tuple<std::string, std::size_t, std::size_t>& choice) {
                        const auto& [text, place, form] = choice;
                        const std::size_t cut = place % (text.size() + 1);
                        if (form == 0) return text.substr(0, cut) + "*";
                        if (form == 1) return "*" + text.substr(cut);
                        return text;
                      });
}

Gen<std::string> AnyPath() {
  static const Texts kPatterns = {"*",    "/a.S/*", "/a.*", "*/Drop", "/*",
                                  "*S/M", "*op",    "*x*",  "**",     "/a.S/"};
  return rc::gen::weightedOneOf<std::string>({{2, OneOf(kPatterns)}, {3, PieceOf(kPaths)}});
}

Texts NamesOf(const std::vector<AuthzCaller>& callers) {
  Texts names;
  for (const AuthzCaller& caller : callers) {
    names.push_back(caller.subject);
    names.insert(names.end(), caller.identity.uris.begin(), caller.identity.uris.end());
    names.insert(names.end(), caller.identity.dns_names.begin(), caller.identity.dns_names.end());
  }
  return names;
}

Gen<std::string> AnyPrincipal() {
  static const Texts kNames = NamesOf(AuthzVocabulary());
  static const Texts kPatterns = {"*",
                                  "spiffe://acme.example/*",
                                  "*.acme.example",
                                  "nobody",
                                  "CN=*",
                                  "*x*",
                                  "**",
                                  "",
                                  "s*",
                                  "edge-*",
                                  "*O=Acme"};
  return rc::gen::weightedOneOf<std::string>({{2, OneOf(kPatterns)}, {5, PieceOf(kNames)}});
}

Gen<AuthzRuleModel> AnyRule(std::size_t headers_one_in) {
  return rc::gen::build<AuthzRuleModel>(
      rc::gen::set(&AuthzRuleModel::principals, UpTo(3, AnyPrincipal())),
      rc::gen::set(&AuthzRuleModel::paths, UpTo(3, AnyPath())),
      rc::gen::set(&AuthzRuleModel::has_headers,
                   Sometimes<bool>(headers_one_in, false, rc::gen::just(true))));
}

Gen<AuthzModel> AnyModel() {
  return rc::gen::build<AuthzModel>(rc::gen::set(&AuthzModel::deny, UpTo(2, AnyRule(6))),
                                    rc::gen::set(&AuthzModel::allow, OneAndUpTo(3, AnyRule(8))));
}

// What a policy can express.
Gen<AuthzModel> AnySimpleModel() {
  static const Texts kNames = {"spiffe://acme.example/ns/pay/app",
                               "spiffe://acme.example/ns/pay/*",
                               "spiffe://acme.example/*",
                               "app.acme.example",
                               "edge-1.acme.example",
                               "edge-*",
                               "x.acme.example",
                               "*"};
  static const Texts kAllowed = {"/a.S/M", "/a.S/*", "/a.*", "/a.b.*", "/b.S/M", "/S/*", "*"};
  static const Texts kDenied = {"/a.S/Drop", "/a.b.*", "/a.b.T/*", "*/Drop", "/a.S/Get", "*S/M"};
  const auto rule = [](int least, const Texts& paths) {
    return rc::gen::build<AuthzRuleModel>(
        rc::gen::set(&AuthzRuleModel::principals,
                     least == 0 ? UpTo(2, OneOf(kNames)) : OneAndUpTo(2, OneOf(kNames))),
        rc::gen::set(&AuthzRuleModel::paths, UpTo(2, OneOf(paths))));
  };
  return rc::gen::build<AuthzModel>(
      rc::gen::set(&AuthzModel::deny, UpTo(2, rule(0, kDenied))),
      rc::gen::set(&AuthzModel::allow, OneAndUpTo(3, rule(1, kAllowed))));
}

struct Import {
  std::shared_ptr<const Policy> policy;
  bool is_complete = false;
};

Import ImportModel(const AuthzModel& model) {
  const auto imported = ImportAuthzPolicy(AuthzJson(model), "random.json", "");
  if (const auto* errors = std::get_if<std::vector<Diagnostic>>(&imported)) {
    RC_FAIL(Render(*errors));
  }
  const auto& result = std::get<ImportedPolicy>(imported);
  const auto text = WriteImport(result);
  if (const auto* problem = std::get_if<Problem>(&text)) RC_FAIL(problem->message);
  RC_LOG() << std::get<std::string>(text) << "\n";
  return {ParsePolicySource(std::get<std::string>(text), "random.yaml").policy,
          result.is_complete()};
}

/// What was compared, to see that it was not always the same.
struct Tally {
  std::size_t policies = 0;
  std::size_t complete = 0;
  std::size_t allowed_by_both = 0;
  std::size_t allowed_by_original = 0;
  std::size_t compared = 0;
};

void Compare(const AuthzModel& model, const std::vector<AuthzCaller>& callers, Tally& tally) {
  const Import import = ImportModel(model);
  ++tally.policies;
  if (import.is_complete) ++tally.complete;
  for (const AuthzCaller& caller : callers) {
    for (const std::string& path : kPaths) {
      const bool allows =
          import.policy->Decide(caller.identity, path, kNow).effect == Effect::kAllow;
      for (const bool headers_match : {false, true}) {
        for (const AuthzDialect dialect : {AuthzDialect::kCpp, AuthzDialect::kGo}) {
          const bool original = AuthzAllows(model, caller, path, headers_match, dialect);
          ++tally.compared;
          if (original) ++tally.allowed_by_original;
          if (original && allows) ++tally.allowed_by_both;
          RC_LOG() << "subject `" << caller.subject << "`, path `" << path << "`\n";
          if (allows) RC_ASSERT(original);
          const bool is_usual = caller.is_ordinary && IsWellFormedPath(path);
          if (import.is_complete && is_usual) RC_ASSERT(allows == original);
        }
      }
    }
  }
}

Tally CompareMany(const Gen<AuthzModel>& models) {
  constexpr int kCasesOfASeed = 100;
  const std::size_t wanted = NumberFromEnvironment("CERTGATE_ORACLE_IMPORTS", 3'000);
  const std::vector<AuthzCaller> callers = AuthzVocabulary();
  Tally tally;
  for (std::uint64_t seed = FirstSeed(); tally.policies < wanted; ++seed) {
    CheckProperty(seed, kCasesOfASeed, [&] { Compare(*models, callers, tally); });
  }
  std::cout << tally.policies << " policies imported, " << tally.complete << " of them whole; "
            << tally.compared << " decisions compared: A43 allows " << tally.allowed_by_original
            << ", the imported policies " << tally.allowed_by_both << " of these\n";
  // A comparison in which nearly all is denied would say little.
  CHECK(tally.allowed_by_both * 20 > tally.compared);
  CHECK(tally.allowed_by_both * 4 > tally.allowed_by_original);
  return tally;
}

TEST_CASE("an imported authorization policy never allows what A43 denies") {
  CompareMany(AnyModel());
}

TEST_CASE("an authorization policy that is imported whole decides as A43 does") {
  const Tally tally = CompareMany(AnySimpleModel());
  CHECK(tally.complete * 3 > tally.policies);
}

}  // namespace
}  // namespace certgate::oracle
