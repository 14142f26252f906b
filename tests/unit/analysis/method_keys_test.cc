#include "src/analysis/method_keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "src/analysis/clause.h"
#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"

namespace certgate::testing {
namespace {

const std::vector<std::string>& SomeKeys() {
  static const std::vector<std::string> kKeys = {
      "/a.b.S/M", "/a.b.S/N", "/a.b.S/*", "/a.b.*",   "/a.*", "/a.bc.*", "/a.b.S.*", "/S/M",
      "/S/*",     "*",        "/a.S/M",   "/a.S/M.x", "/a/b", "/a/*",    "/a.b.ST/M"};
  return kKeys;
}

PolicyDocument DocumentWith(const std::vector<std::string>& keys) {
  std::vector<MethodRules> methods;
  for (const std::string& key : keys) methods.push_back(On(key, {Where({Cn("a")})}));
  return Document(std::move(methods));
}

TEST_CASE("the keys that match what a key matches are found without trying all") {
  const PolicyDocument document = DocumentWith(SomeKeys());
  const MethodKeys keys(document);
  for (const MethodRules& narrow : document.methods) {
    std::vector<std::string> expected;
    for (const MethodRules* rules : KeysCovering(document, narrow.scope, narrow.key)) {
      expected.push_back(rules->key);
    }
    std::vector<std::string> found;
    for (const std::size_t i : keys.Covering(narrow.scope, narrow.key)) {
      found.push_back(document.methods[i].key);
    }
    CAPTURE(narrow.key);
    CHECK(found == expected);
  }
}

TEST_CASE("a path finds its keys the most specific first") {
  const PolicyDocument document = DocumentWith({"*", "/a.*", "/a.b.S/*", "/a.b.*"});
  const MethodKeys keys(document);
  CHECK(keys.Covering(MethodScope::kMethod, "/a.b.S/M") == std::vector<std::size_t>{2, 3, 1, 0});
  CHECK(keys.Covering(MethodScope::kMethod, "/ab.S/M") == std::vector<std::size_t>{0});
}

TEST_CASE("a key has a service and a method") {
  CHECK(PartsOf(MethodScope::kMethod, "/a.b.S/M").service == "a.b.S");
  CHECK(PartsOf(MethodScope::kMethod, "/a.b.S/M").method == "M");
  CHECK(PartsOf(MethodScope::kService, "/a.b.S/*").service == "a.b.S");
  CHECK(PartsOf(MethodScope::kService, "/a.b.S/*").method.empty());
  CHECK(PartsOf(MethodScope::kPackage, "/a.b.*").service.empty());
  CHECK(PartsOf(MethodScope::kAll, "*").service.empty());
}

}  // namespace
}  // namespace certgate::testing
