#include <string>

#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

Strings Open(const std::string& body, const ServiceCatalog* services = nullptr) {
  return Warned(body, FindingRule::kOpenToAnyone, services);
}

bool IsOpen(const std::string& entry, const std::string& before = {}) {
  return !Open(before + "methods:\n  /a.S/Delete: { allow: [ " + entry + " ] }\n").empty();
}

TEST_CASE("any caller on a method that changes state is warned of") {
  CHECK(Open("methods:\n  /a.S/Delete: { allow: [ { any: true } ] }\n") ==
        Strings{"4: `any: true` lets every caller with a certificate call `/a.S/Delete`, which may "
                "change something"});
  CHECK(Open("methods:\n  /a.S/Delete: { allow: [ { cn: '*' } ] }\n") ==
        Strings{"4: cn `*` lets every caller with a certificate call `/a.S/Delete`, which may "
                "change something"});
}

TEST_CASE("an entry is open if each of its fields is") {
  CHECK(IsOpen("{ cn: '**' }"));
  CHECK(IsOpen("{ cn: { regex: '.*' } }"));
  CHECK(IsOpen("{ cn: { regex: '(?s).+' } }"));
  CHECK(IsOpen("{ cn: [a, '*'] }"));
  CHECK(IsOpen("{ any: true, cn: '*', ou: '*' }"));
  CHECK_FALSE(IsOpen("{ cn: a }"));
  CHECK_FALSE(IsOpen("{ cn: { exact: '*' } }"));
  CHECK_FALSE(IsOpen("{ cn: '*', ou: a }"));
  CHECK_FALSE(IsOpen("{ cn: { regex: '[a-z]*' } }"));
  CHECK_FALSE(IsOpen("{ cn: { regex: '[^.]+' } }"));
  CHECK_FALSE(IsOpen("{ dns: '*' }"));
  CHECK_FALSE(IsOpen("{ any: true, ou: a }"));
}

TEST_CASE("an entry that has expired or is always denied is not open") {
  CHECK_FALSE(IsOpen("{ any: true, expires: 2020-01-01 }"));
  CHECK(Open("methods:\n"
             "  /a.S/Delete: { allow: [ { any: true } ], deny: [ { any: true } ] }\n")
            .empty());
}

TEST_CASE("a deny entry for any caller opens nothing") {
  CHECK(
      Open("methods:\n  /a.S/Delete: { allow: [ { cn: a } ], deny: [ { any: true } ] }\n").empty());
}

TEST_CASE("an entry that is open through a client set says through which") {
  const std::string clients =
      "clients:\n"
      "  all: [ { cn: a }, { client: people, cn: '*' } ]\n"
      "  people:\n"
      "    - ou: '*'\n";
  CHECK(Open(clients + "methods:\n  /a.S/Delete: { allow: [ { client: all } ] }\n") ==
        Strings{"8: client `all` (line 4) lets every caller with a certificate call `/a.S/Delete`, "
                "which may change something"});
  CHECK_FALSE(IsOpen("{ client: all, ou: a }", clients));
  CHECK_FALSE(
      IsOpen("{ client: some }",
             "clients:\n  some: [ { cn: '*', ou: a }, { any: true, expires: 2020-01-01 } ]\n"));
}

TEST_CASE("methods that sound as if they only read may be open") {
  CHECK(Open("methods:\n"
             "  /a.S/GetThing: { allow: [ { any: true } ] }\n"
             "  /a.S/WhoAmI: { allow: [ { any: true } ] }\n"
             "  /grpc.health.v1.Health/Check: { allow: [ { any: true } ] }\n"
             "  /grpc.health.v1.Health/*: { allow: [ { any: true } ] }\n"
             "  /grpc.reflection.v1.ServerReflection/ServerReflectionInfo:\n"
             "    allow: [ { any: true } ]\n"
             "  /grpc.channelz.*: { allow: [ { any: true } ] }\n")
            .empty());
  CHECK(Open("methods:\n  /grpc.*: { allow: [ { any: true } ] }\n").size() == 1);
}

TEST_CASE("what a descriptor says counts more than the name") {
  Service service{"a.S",
                  {{"Delete", true, false}, {"GetAndForget", {}, false}, {"Get", false, false}}};
  const ServiceCatalog catalog = Catalog({service});
  const auto is_open = [&catalog](const std::string& method) {
    return !Open("methods:\n  /a.S/" + method + ": { allow: [ { any: true } ] }\n", &catalog)
                .empty();
  };
  CHECK_FALSE(is_open("Delete"));
  CHECK(is_open("GetAndForget"));
  CHECK(is_open("Get"));
  CHECK_FALSE(is_open("GetUnknown"));
}

TEST_CASE("a wildcard key is open if one of the methods that it matches changes state") {
  const std::string body =
      "methods:\n"
      "  /a.Reads/*: { allow: [ { any: true } ] }\n"
      "  /a.Writes/*: { allow: [ { any: true } ] }\n"
      "  /a.*: { allow: [ { any: true } ] }\n"
      "  /b.*: { allow: [ { any: true } ] }\n"
      "  /b.S/*: { allow: [ { any: true } ] }\n"
      "  '*': { allow: [ { any: true } ] }\n";
  const std::vector<Service> services = {ServiceWith("a.Reads", {"Get", "List"}),
                                         ServiceWith("a.Writes", {"Get", "Put"}),
                                         ServiceWith("b.S", {"Get"})};
  const std::string puts =
      "`any: true` lets every caller with a certificate call `/a.Writes/Put`, "
      "which may change something";
  const ServiceCatalog complete = CompleteCatalog(services);
  CHECK(Open(body, &complete) == Strings{"5: " + puts, "6: " + puts, "9: " + puts});
  const ServiceCatalog some = Catalog(services);
  CHECK(Open(body, &some) ==
        Strings{"5: " + puts, "6: " + puts,
                "7: `any: true` lets every caller with a certificate call any method under "
                "`/b.*`, which may change something",
                "9: " + puts});
  CHECK(Open(body).size() == 6);
}

TEST_CASE("an issuer restricts nobody if it is the only one") {
  const std::string data = std::string(CERTGATE_SOURCE_DIR) + "/tests/data/policies/";
  const auto open = [&data](const std::string& authorities, const std::string& entry) {
    const PolicySource source =
        ParsePolicySource("version: 1\nname: shop\nauthorities:\n" + authorities +
                              "methods:\n  /a.S/Delete: { allow: [ " + entry + " ] }\n...\n",
                          data + "valid/here.yaml");
    REQUIRE(source.policy != nullptr);
    return !Warned(source, FindingRule::kOpenToAnyone).empty();
  };
  const std::string corp = "  corp: { ca_file: ../cas/corp-ca.crt }\n";
  const std::string partner = "  partner: { ca_file: ../cas/partner-ca.crt }\n";
  CHECK(open(corp, "{ issuer: corp }"));
  CHECK(open(corp, "{ issuer: corp, cn: '*' }"));
  CHECK_FALSE(open(corp + partner, "{ issuer: corp, cn: '*' }"));
  CHECK(open(corp + partner, "{ issuer: [partner, corp], cn: '*' }"));
}

}  // namespace
}  // namespace certgate::testing
