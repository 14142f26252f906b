#include "src/analysis/policy_test_node.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 2> kFileKeys = {"policy", "tests"};
constexpr std::array<std::string_view, 8> kTestKeys = {"name", "caller", "method", "methods",
                                                       "at",   "expect", "reason", "rule"};
constexpr std::array<std::string_view, 10> kCallerKeys = {
    "cn", "ou", "o", "dns", "uri", "email", "serial", "sha256", "issuer", "cert"};

constexpr std::array<Field, 9> kCallerFields = {Field::kCn,     Field::kOu,     Field::kO,
                                                Field::kDns,    Field::kUri,    Field::kEmail,
                                                Field::kSerial, Field::kSha256, Field::kIssuer};

// Those of a decision about a caller who has come through the TLS handshake.
constexpr std::array<Reason, 11> kTestableReasons = {Reason::kAllowed,
                                                     Reason::kWouldDeny,
                                                     Reason::kNoMatchingRule,
                                                     Reason::kMethodNotListed,
                                                     Reason::kDeniedByRule,
                                                     Reason::kMalformedMethod,
                                                     Reason::kIdentityRejected,
                                                     Reason::kCertificateExpired,
                                                     Reason::kCertificateNotYetValid,
                                                     Reason::kCertificateRevoked,
                                                     Reason::kIssuerUnproven};

constexpr std::array<Reason, 4> kUntestableReasons = {
    Reason::kNoCertificate, Reason::kRevocationUnknown, Reason::kAuditUnavailable,
    Reason::kInternalError};

std::span<const std::string_view> KeysOf(TestNode node) {
  if (node == TestNode::kFile) return kFileKeys;
  if (node == TestNode::kCaller) return kCallerKeys;
  return kTestKeys;
}

struct Expectation {
  std::string what;
  std::string hint;
};

Expectation ExpectationOf(TestNode node, const std::string& name) {
  switch (node) {
    case TestNode::kFile:
      return {"a test file must be a mapping", "write `policy:` with a file, and `tests:`"};
    case TestNode::kTests:
      return {"`tests` must be a list of tests", "begin each test with `- name:`"};
    case TestNode::kTest:
      return {"a test must be a mapping", "begin it with `- name:`"};
    case TestNode::kCaller:
      return {"`caller` must be a mapping", "write `caller: { cn: my-client, ou: payments }`"};
    case TestNode::kAttribute:
      return {name + " must be a text or a list of texts", "write `ou: [sre, oncall]`"};
    case TestNode::kAttributeItem:
      return {"a value of " + name + " must be a text", "write `ou: [sre, oncall]`"};
    case TestNode::kMethod:
      return {"`method` must be a text", "to test several, write `methods:` with a list"};
    case TestNode::kMethods:
      return {"`methods` must be a list of methods",
              "begin each with `- `, or write one method behind `method:`"};
    case TestNode::kMethodItem:
      return {"a value of `methods` must be a text", "write `/package.Service/Method`"};
    case TestNode::kExpect:
      return {"`expect` must be `allow` or `deny`", "write `expect: allow` or `expect: deny`"};
    default:
      return {name + " must be a text", "write one text, in quotes if it holds special characters"};
  }
}

}  // namespace

TestNode TestNodeOf(TestNode parent, std::string_view key) {
  if (parent == TestNode::kFile) {
    if (key == "policy") return TestNode::kPolicy;
    return key == "tests" ? TestNode::kTests : TestNode::kSkip;
  }
  if (parent == TestNode::kCaller) {
    if (key == "cert") return TestNode::kCertificate;
    return CallerFieldNamed(key) == Field::kNone ? TestNode::kSkip : TestNode::kAttribute;
  }
  if (key == "name") return TestNode::kName;
  if (key == "caller") return TestNode::kCaller;
  if (key == "method") return TestNode::kMethod;
  if (key == "methods") return TestNode::kMethods;
  if (key == "at") return TestNode::kTime;
  if (key == "expect") return TestNode::kExpect;
  if (key == "reason") return TestNode::kReason;
  if (key == "rule") return TestNode::kRule;
  return TestNode::kSkip;
}

Problem UnknownTestKey(TestNode parent, std::string_view key) {
  switch (parent) {
    case TestNode::kFile:
      return UnknownKey(key, kFileKeys, "a test file has `policy` and `tests`");
    case TestNode::kCaller:
      return UnknownKey(key, kCallerKeys,
                        "a caller has `cn`, `ou`, `o`, `dns`, `uri`, `email`, `serial`, `sha256` "
                        "and `issuer`, or `cert`");
    default:
      return UnknownKey(key, kTestKeys,
                        "a test has `name`, `caller`, `method` or `methods`, `at`, `expect`, "
                        "`reason` and `rule`");
  }
}

std::string_view NearestTestKey(TestNode parent, std::string_view key) {
  return Suggest(key, KeysOf(parent));
}

Problem TestMismatch(TestNode expected, std::string_view name, std::string_view found) {
  Expectation expectation = ExpectationOf(expected, Quote(name));
  return {expectation.what + ", but is " + std::string(found), std::move(expectation.hint)};
}

Problem EmptyTestNode(TestNode node, std::string_view name) {
  switch (node) {
    case TestNode::kTests:
      return {"`tests` is empty", "it would silently test nothing: add a test"};
    case TestNode::kTest:
      return {"the test is empty", "begin it with `- name:`"};
    case TestNode::kCaller:
      return {"`caller` is empty", "add attributes such as `cn`, or `cert` with a file"};
    case TestNode::kMethods:
      return {"`methods` is empty", "it would silently test nothing: add a method"};
    default:
      return {Quote(name) + " is empty", "add a value, or remove it"};
  }
}

Field CallerFieldNamed(std::string_view name) {
  const auto found = std::find_if(kCallerFields.begin(), kCallerFields.end(), [name](Field field) {
    return certgate::ToString(field) == name;
  });
  return found == kCallerFields.end() ? Field::kNone : *found;
}

std::optional<Reason> TestableReasonNamed(std::string_view word) {
  const auto found = std::find_if(kTestableReasons.begin(), kTestableReasons.end(),
                                  [word](Reason reason) { return ToString(reason) == word; });
  return found == kTestableReasons.end() ? std::nullopt : std::optional(*found);
}

Problem UnknownReason(std::string_view word) {
  std::vector<std::string_view> words;
  std::string all;
  for (const Reason reason : kTestableReasons) {
    words.push_back(ToString(reason));
    if (!all.empty()) all += reason == kTestableReasons.back() ? " and " : ", ";
    all += Quote(words.back());
  }
  for (const Reason reason : kUntestableReasons) {
    if (ToString(reason) != word) continue;
    return {"no policy decides " + Quote(word) + ": it comes from the server",
            "the reasons of a policy are " + all};
  }
  return {"unknown reason " + Quote(word), DidYouMean(word, words, "the reasons are " + all)};
}

}  // namespace certgate
