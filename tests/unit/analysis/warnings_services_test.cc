#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

const std::vector<Service>& Services() {
  static const std::vector<Service> kServices = {
      ServiceWith("acme.shop.Orders", {"Place", "Cancel", "Get"}),
      ServiceWith("acme.shop.Stock", {"Get"}),
      ServiceWith("grpc.health.v1.Health", {"Check", "Watch"})};
  return kServices;
}

std::string Body(const Strings& keys) {
  std::string body = "methods:\n";
  for (const std::string& key : keys) body += "  '" + key + "': { allow: [ { cn: a } ] }\n";
  return body;
}

// With the hints, which say what was meant.
Strings Unknown(const Strings& keys, FindingRule rule, const ServiceCatalog& catalog) {
  Strings messages;
  for (const Finding& finding : FindWarnings(SourceOf(Body(keys)), {kToday, &catalog})) {
    if (finding.rule == rule) {
      messages.push_back(finding.diagnostic.message + "; " + finding.diagnostic.hint);
    }
  }
  return messages;
}

constexpr char kCheckName[] =
    "; check the name; if it is right, give its descriptors with --descriptor-set";

TEST_CASE("a method that its service does not have is warned of") {
  const ServiceCatalog catalog = Catalog(Services());
  CHECK(Unknown({"/acme.shop.Orders/Plcae", "/acme.shop.Orders/Forget", "/acme.shop.Stock/Put",
                 "/acme.shop.Orders/Place", "/acme.shop.Orders/*"},
                FindingRule::kUnknownMethod, catalog) ==
        Strings{"service `acme.shop.Orders` has no method `Plcae`; did you mean `Place`?",
                "service `acme.shop.Orders` has no method `Forget`; its methods are `Place`, "
                "`Cancel` and `Get`",
                "service `acme.shop.Stock` has no method `Put`; its only method is `Get`"});
}

TEST_CASE("of services that may be elsewhere only a misspelling is warned of") {
  const ServiceCatalog catalog = Catalog(Services());
  CHECK(Unknown({"/acme.shop.Order/Place", "/acme.shop.Odrers/*", "/acme.store.Orders/*",
                 "/acme.shop.Returns/*", "/acme.shp.*", "/acme.*", "/other.*", "*"},
                FindingRule::kUnknownService, catalog) ==
        Strings{"unknown service `acme.shop.Order`; did you mean `acme.shop.Orders`?",
                "unknown service `acme.shop.Odrers`; did you mean `acme.shop.Orders`?",
                "unknown package `acme.shp`; did you mean `acme.shop`?"});
}

TEST_CASE("with a complete list every key that matches nothing is warned of") {
  const ServiceCatalog catalog = CompleteCatalog(Services());
  CHECK(Unknown({"/acme.shop.Order/Place", "/acme.store.v1.Orders/*", "/acme.shop.Stock/*",
                 "/billing.Invoices/Print", "/acme.shop.Stock.*", "/acme.shop.*", "/other.*", "*"},
                FindingRule::kUnknownService, catalog) ==
        Strings{"unknown service `acme.shop.Order`; did you mean `acme.shop.Orders`?",
                "unknown service `acme.store.v1.Orders`; did you mean `acme.shop.Orders`?",
                std::string("unknown service `billing.Invoices`") + kCheckName,
                std::string("unknown package `acme.shop.Stock`") + kCheckName,
                std::string("unknown package `other`") + kCheckName});
}

TEST_CASE("services that a newer gRPC has are not taken for mistakes") {
  const ServiceCatalog catalog = CompleteCatalog(Services());
  CHECK(Unknown({"/grpc.reflection.v1.ServerReflection/*", "/grpc.channelz.*",
                 "/grpc.health.v1.Heath/Check"},
                FindingRule::kUnknownService, catalog) ==
        Strings{"unknown service `grpc.health.v1.Heath`; did you mean `grpc.health.v1.Health`?"});
}

TEST_CASE("without a list of services no name is doubted") {
  CHECK(Warned(Body({"/acme.shop.Order/Plcae"}), FindingRule::kUnknownService).empty());
  CHECK(Warned(Body({"/acme.shop.Orders/Plcae"}), FindingRule::kUnknownMethod).empty());
}

Strings Uncallable(const std::string& body, const ServiceCatalog& catalog) {
  return Warned(body, FindingRule::kUncallableMethod, &catalog);
}

TEST_CASE("the methods that nobody may call are told for services that the policy names") {
  const ServiceCatalog catalog = Catalog(Services());
  CHECK(Uncallable(Body({"/acme.shop.Orders/Place"}), catalog) ==
        Strings{"4: nobody may call 2 of the 3 methods of service `acme.shop.Orders`: `Cancel` and "
                "`Get`"});
  CHECK(Uncallable(Body({"/grpc.health.v1.Health/Check"}), catalog) ==
        Strings{"4: nobody may call `/grpc.health.v1.Health/Watch`"});
  CHECK(Uncallable(Body({"/acme.shop.Orders/*"}), catalog).empty());
  CHECK(Uncallable(Body({"/acme.*"}), catalog).empty());
  CHECK(Uncallable(Body({"/other.*"}), catalog).empty());
  CHECK(Uncallable(Body({"/acme.shop.Orders/Place", "*"}), catalog).empty());
}

TEST_CASE("with a complete list they are told for all services but those of gRPC") {
  const ServiceCatalog catalog = CompleteCatalog(Services());
  CHECK(Uncallable(Body({"/acme.shop.Orders/*"}), catalog) ==
        Strings{"0: nobody may call `/acme.shop.Stock/Get`"});
  CHECK(Uncallable(Body({"/other.*"}), catalog) ==
        Strings{"0: nobody may call any of the 3 methods of service `acme.shop.Orders`: `Place`, "
                "`Cancel` and `Get`",
                "0: nobody may call `/acme.shop.Stock/Get`"});
  CHECK(Uncallable(Body({"/acme.*"}), catalog).empty());
}

TEST_CASE("entries that have expired or are denied let nobody call") {
  const ServiceCatalog catalog = Catalog(Services());
  const auto uncallable = [&catalog](const std::string& rules) {
    return !Uncallable("methods:\n" + rules, catalog).empty();
  };
  CHECK(uncallable("  /acme.shop.Stock/Get: { allow: [ { cn: a, expires: 2026-11-23 } ] }\n"));
  CHECK_FALSE(
      uncallable("  /acme.shop.Stock/Get: { allow: [ { cn: a, expires: 2026-11-25 } ] }\n"));
  CHECK(uncallable("  /acme.shop.Stock/Get: { deny: [ { cn: a } ] }\n"));
  CHECK(
      uncallable("  /acme.shop.Stock/*: { allow: [ { cn: a }, { cn: b } ] }\n"
                 "  /acme.shop.Stock/Get: { deny: [ { cn: [a, b] } ] }\n"));
  CHECK_FALSE(
      uncallable("  /acme.shop.Stock/*: { allow: [ { cn: a }, { cn: c } ] }\n"
                 "  /acme.shop.Stock/Get: { deny: [ { cn: [a, b] } ] }\n"));
  CHECK(
      uncallable("  /acme.shop.Stock/Get: { allow: [ { serial: '0A' } ] }\n"
                 "revoked: [ { serial: '0A' } ]\n"));
}

TEST_CASE("a long list of methods is cut short") {
  Strings names;
  for (int i = 0; i < 30; ++i) names.push_back("M" + std::to_string(i));
  const ServiceCatalog catalog = CompleteCatalog({ServiceWith("a.S", names)});
  const Strings found = Uncallable(Body({"/b.*"}), catalog);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with("0: nobody may call any of the 30 methods of service `a.S`: `M0`, "));
  CHECK(found[0].ends_with(", `M19` and 10 more"));
}

TEST_CASE("names of methods that only read begin with a verb of reading") {
  for (const char* name :
       {"Get",        "GetUser",    "get_user",   "getUser",  "ListUsers", "WatchAll",
        "Check",      "SearchX",    "FindByID",   "QueryLog", "ReadFile",  "DescribeX",
        "CountUsers", "LookupName", "Ping",       "WhoAmI",   "Whoami",    "GET",
        "GetABTest",  "ListOrders", "GetAndList", "Get2"}) {
    CAPTURE(name);
    CHECK(SoundsReadOnly(name));
  }
  for (const char* name : {"", "Delete", "Checkout", "Listen", "Getaway", "Reader", "Counter",
                           "GetOrCreate", "CheckAndSet", "FindOrInsert", "ReadThenDelete", "Place",
                           "Finder", "SayHello", "WhoeverX"}) {
    CAPTURE(name);
    CHECK_FALSE(SoundsReadOnly(name));
  }
}

}  // namespace
}  // namespace certgate::testing
