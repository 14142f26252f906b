#include "src/analysis/policy_test_builder.h"

#include <array>
#include <utility>
#include <variant>

#include "src/policy/load_expires.h"
#include "src/policy/load_node.h"
#include "src/policy/method_table.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 4> kExpectations = {"allow", "deny", "allowed", "denied"};

bool IsReasonOf(Effect effect, Reason reason) {
  const bool is_of_allowed = reason == Reason::kAllowed || reason == Reason::kWouldDeny;
  return is_of_allowed == (effect == Effect::kAllow);
}

// A method key of a policy, taken for a method by mistake.
bool IsMethodPattern(std::string_view path) {
  return path == "*" || path.ends_with("/*") || path.ends_with(".*");
}

}  // namespace

void PolicyTestBuilder::Begin(SourceLocation location) {
  test_ = PolicyTest{};
  test_.location = location;
  keys_.clear();
  is_damaged_ = false;
  errors_before_ = log_.error_count();
  method_locations_.clear();
}

void PolicyTestBuilder::OnExpect(const YamlScalar& scalar) {
  if (scalar.text == "allow" || scalar.text == "allowed") {
    test_.expected = Effect::kAllow;
  } else if (scalar.text == "deny" || scalar.text == "denied") {
    test_.expected = Effect::kDeny;
  } else {
    Problem problem = TestMismatch(TestNode::kExpect, "expect", DescribeScalar(scalar));
    problem.hint = DidYouMean(scalar.text, kExpectations, problem.hint);
    log_.Error(scalar.location, std::move(problem));
  }
}

void PolicyTestBuilder::OnAttribute(const std::string& key, const YamlScalar& scalar) {
  const Field field = CallerFieldNamed(key);
  const bool is_single = field == Field::kCn || field == Field::kSerial || field == Field::kSha256;
  for (const CallerAttribute& other : test_.attributes) {
    if (!is_single || other.field != field) continue;
    return log_.Error(scalar.location, "a caller has one " + Quote(key),
                      "keep one; to test several callers write several tests");
  }
  test_.attributes.push_back({field, {std::string(scalar.text), scalar.location}});
}

void PolicyTestBuilder::OnText(TestNode node, const YamlScalar& scalar) {
  switch (node) {
    case TestNode::kName:
      return OnName(scalar);
    case TestNode::kTime:
      return OnTime(scalar);
    case TestNode::kReason:
      return OnReason(scalar);
    case TestNode::kCertificate:
      test_.certificate = {std::string(scalar.text), scalar.location};
      return;
    case TestNode::kRule:
      test_.rule = {std::string(scalar.text), scalar.location};
      return;
    default:
      test_.methods.emplace_back(scalar.text);
      method_locations_.push_back(scalar.location);
  }
}

void PolicyTestBuilder::OnName(const YamlScalar& scalar) {
  test_.name.assign(scalar.text);
  const auto [found, is_new] = names_.try_emplace(test_.name, scalar.location.line);
  if (is_new) return;
  log_.Error(scalar.location, "duplicate test " + Quote(scalar.text),
             "it is already in line " + std::to_string(found->second) + "; names must be unique");
}

void PolicyTestBuilder::OnTime(const YamlScalar& scalar) {
  auto time = ParseTime("at", scalar.text);
  if (auto* problem = std::get_if<Problem>(&time)) {
    return log_.Error(scalar.location, std::move(*problem));
  }
  test_.at = std::get<absl::Time>(time);
}

void PolicyTestBuilder::OnReason(const YamlScalar& scalar) {
  test_.reason = TestableReasonNamed(scalar.text);
  reason_location_ = scalar.location;
  if (!test_.reason.has_value()) log_.Error(scalar.location, UnknownReason(scalar.text));
}

void PolicyTestBuilder::EndCaller(SourceLocation location) {
  if (test_.attributes.empty() || test_.certificate.text.empty()) return;
  log_.Error(location, "the caller has a certificate and attributes",
             "the certificate has the attributes: keep one");
}

PolicyTest PolicyTestBuilder::End() {
  if (!is_damaged_) RequireKeys();
  // In a test of which half is wrong already, contradictions would only confuse.
  if (log_.error_count() == errors_before_) {
    CheckReason();
    CheckMethods();
  }
  return std::move(test_);
}

void PolicyTestBuilder::RequireKeys() {
  const auto require = [this](std::string_view key, const char* hint) {
    if (!keys_.contains(key)) {
      log_.Error(test_.location, Quote(key) + " is missing in the test", hint);
    }
  };
  require("name", "add `name:` with what the test shows, as a sentence");
  require("caller", "add `caller:` with attributes such as `cn`, or with `cert`");
  if (!keys_.contains("methods")) {
    require("method", "add `method:`, such as `/package.Service/Method`");
  } else if (keys_.contains("method")) {
    log_.Error(test_.location, "the test has `method` and `methods`", "keep one of them");
  }
  require("expect", "add `expect: allow` or `expect: deny`");
}

void PolicyTestBuilder::CheckReason() {
  if (!test_.reason.has_value() || IsReasonOf(test_.expected, *test_.reason)) return;
  const std::string reason = Quote(ToString(*test_.reason));
  if (test_.expected == Effect::kAllow) {
    log_.Error(reason_location_, "an allowed call never has the reason " + reason,
               "it has `allowed`, or under `mode: observe` `would_deny`");
  } else {
    log_.Error(reason_location_, "a denied call never has the reason " + reason,
               "change `expect` or `reason`");
  }
}

void PolicyTestBuilder::CheckMethods() {
  for (std::size_t i = 0; i < test_.methods.size(); ++i) {
    const std::string& path = test_.methods[i];
    if (IsMethodPattern(path)) {
      log_.Error(method_locations_[i], Quote(path) + " is a method key, not a method",
                 "name the methods one by one, under `methods:`");
    } else if (!IsWellFormedPath(path) && test_.reason != Reason::kMalformedMethod) {
      log_.Error(method_locations_[i],
                 Quote(path) + " is not a method: each call of it is refused as malformed",
                 "write `/package.Service/Method`; if it is meant, add `reason: malformed_method`");
    }
  }
}

}  // namespace certgate
