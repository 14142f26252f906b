#include "src/analysis/policy_test_suite.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "src/analysis/rules.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

std::string BesideFile(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

void Describe(const CallerAttribute& attribute, ClaimedCaller& claimed) {
  const std::string& text = attribute.value.text;
  switch (attribute.field) {
    case Field::kCn:
      claimed.cn = text;
      return;
    case Field::kOu:
      claimed.ou.push_back(text);
      return;
    case Field::kO:
      claimed.o.push_back(text);
      return;
    case Field::kDns:
      claimed.dns.push_back(text);
      return;
    case Field::kUri:
      claimed.uri.push_back(text);
      return;
    case Field::kEmail:
      claimed.email.push_back(text);
      return;
    case Field::kSerial:
      claimed.serial = text;
      return;
    case Field::kSha256:
      claimed.sha256 = text;
      return;
    case Field::kIssuer:
      claimed.issuer.push_back(text);
      return;
    case Field::kNone:
    case Field::kClient:
    case Field::kAny:
      return;
  }
}

/// Ties the tests of a file to a valid policy.
class Binder {
 public:
  Binder(const std::string& file, const PolicySource& policy, absl::Time now, DiagnosticLog& log)
      : file_(file), policy_(policy), now_(now), log_(log) {
    for (const Rule& rule : RulesOf(policy.document)) {
      rule_names_.insert(rule.name());
      rule_names_.insert(rule.place());
    }
  }

  ReadyTest Bind(PolicyTest test) const {
    CheckRule(test.rule);
    const absl::Time time = test.at.value_or(now_);
    PresentedCaller caller = test.certificate.text.empty()
                                 ? FromAttributes(test.attributes)
                                 : FromCertificate(test.certificate, time);
    return {std::move(test), std::move(caller), time};
  }

 private:
  void CheckRule(const WrittenText& rule) const {
    if (rule.text.empty() || rule_names_.contains(rule.text)) return;
    const std::vector<std::string_view> names(rule_names_.begin(), rule_names_.end());
    log_.Error(rule.location, "the policy has no entry " + Quote(rule.text),
               DidYouMean(rule.text, names,
                          "give the `id` of an entry, or its place, such as "
                          "`/package.Service/Method allow[1]`"));
  }

  PresentedCaller FromAttributes(const std::vector<CallerAttribute>& attributes) const {
    ClaimedCaller claimed;
    for (const CallerAttribute& attribute : attributes) {
      // One by one, so that a mistake has its place.
      ClaimedCaller only;
      Describe(attribute, only);
      auto identity = IdentityOf(only, policy_);
      if (auto* problem = std::get_if<Problem>(&identity)) {
        log_.Error(attribute.value.location, std::move(*problem));
        continue;
      }
      Describe(attribute, claimed);
    }
    PresentedCaller caller;
    auto identity = IdentityOf(claimed, policy_);
    if (auto* found = std::get_if<PeerIdentity>(&identity)) caller.identity = std::move(*found);
    return caller;
  }

  PresentedCaller FromCertificate(const WrittenText& certificate, absl::Time time) const {
    auto caller = IdentityOfCertificate(BesideFile(file_, certificate.text), "", policy_, time);
    if (auto* problem = std::get_if<Problem>(&caller)) {
      log_.Error(certificate.location, std::move(*problem));
      return {};
    }
    return std::get<PresentedCaller>(std::move(caller));
  }

  const std::string& file_;
  const PolicySource& policy_;
  const absl::Time now_;
  DiagnosticLog& log_;
  std::set<std::string, std::less<>> rule_names_;
};

void Bind(PolicyTestFile file, const std::string& policy_path, absl::Time now, PolicyShelf& shelf,
          DiagnosticLog& log, PolicyTestSuite& suite) {
  if (policy_path.empty() && file.policy.text.empty()) {
    if (log.error_count() > 0) return;
    return log.Error({1, 1}, "`policy` is missing",
                     "add `policy:` with the policy's file, or give --policy");
  }
  suite.policy =
      shelf.Get(policy_path.empty() ? BesideFile(suite.file, file.policy.text) : policy_path);
  if (suite.policy->policy == nullptr) {
    if (policy_path.empty()) {
      log.Error(file.policy.location,
                "the policy " + QuotePath(suite.policy->file) + " cannot be used",
                "the messages about it say why; its path is relative to this file");
    }
    return;
  }
  const Binder binder(suite.file, *suite.policy, now, log);
  for (PolicyTest& test : file.tests) suite.tests.push_back(binder.Bind(std::move(test)));
}

}  // namespace

std::shared_ptr<const PolicySource> PolicyShelf::Get(const std::string& path) {
  std::shared_ptr<const PolicySource>& source = sources_[path];
  if (source == nullptr) source = std::make_shared<const PolicySource>(ReadPolicySource(path));
  return source;
}

PolicyTestSuite LoadPolicyTests(const std::string& path, const std::string& policy_path,
                                absl::Time now, PolicyShelf& shelf) {
  PolicyTestSuite suite;
  suite.file = path;
  const std::variant<std::string, Problem> text = ReadInputFile(path, "test file");
  if (const auto* problem = std::get_if<Problem>(&text)) {
    DiagnosticLog log({}, path);
    log.Error({}, *problem);
    suite.diagnostics = std::move(log).Finish();
    return suite;
  }
  DiagnosticLog log(std::get<std::string>(text), path);
  PolicyTestFile file = ReadPolicyTestFile(log);
  Bind(std::move(file), policy_path, now, shelf, log, suite);
  suite.diagnostics = std::move(log).Finish();
  return suite;
}

}  // namespace certgate
