#include <certgate/policy.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/policy/documents.h"
#include "tests/unit/policy/load_support.h"

// A file that was cut short, by a full disk or a torn copy, must not be taken for the whole policy.
namespace certgate::testing {
namespace {

std::string WithoutStars(std::string text) {
  std::replace(text.begin(), text.end(), '*', 'x');
  return text;
}

// Gives `caller` what `selector` asks for. Regexes are left out: nobody matches them.
void Satisfy(const Selector& selector, PeerIdentity& caller) {
  if (selector.values.empty()) return;
  const SelectorValue& value = selector.values.back();
  const std::string text =
      value.kind == ValueKind::kPattern ? WithoutStars(value.text) : value.text;
  switch (selector.field) {
    case Field::kCn:
      caller.common_name = text;
      break;
    case Field::kOu:
      caller.organizational_units.push_back(text);
      break;
    case Field::kO:
      caller.organizations.push_back(text);
      break;
    case Field::kDns:
      caller.dns_names.push_back(text);
      break;
    case Field::kUri:
      caller.uris.push_back(text);
      break;
    case Field::kEmail:
      caller.emails.push_back(text);
      break;
    case Field::kIssuer:
      caller.authorities.push_back({text, absl::InfinitePast(), absl::InfiniteFuture()});
      break;
    case Field::kSerial:
      caller.certificate.serial_number = text;
      break;
    case Field::kSha256:
      caller.certificate.sha256 = text;
      break;
    case Field::kNone:
    case Field::kClient:
    case Field::kAny:
      break;
  }
}

std::vector<Entry> AllEntries(const PolicyDocument& document) {
  std::vector<Entry> entries = document.revoked;
  const auto add = [&entries](const std::vector<Entry>& more) {
    entries.insert(entries.end(), more.begin(), more.end());
  };
  for (const ClientSet& set : document.clients) add(set.entries);
  for (const MethodRules& rules : document.methods) {
    add(rules.allow);
    add(rules.deny);
  }
  return entries;
}

// For each entry one caller that has all it asks for, and one for each field alone; and a stranger.
// An authority of the policy vouches for them.
std::vector<PeerIdentity> CallersOf(const PolicyDocument& document) {
  PeerIdentity stranger = Caller("stranger");
  for (const AuthorityRules& rules : document.authorities) {
    stranger.authorities.push_back(
        {rules.authority.name, absl::InfinitePast(), absl::InfiniteFuture()});
  }
  std::vector<PeerIdentity> callers = {stranger};
  for (const Entry& entry : AllEntries(document)) {
    PeerIdentity whole = stranger;
    for (const Selector& selector : entry.selectors) {
      Satisfy(selector, whole);
      Satisfy(selector, callers.emplace_back(stranger));
    }
    callers.push_back(std::move(whole));
  }
  return callers;
}

std::vector<std::string> PathsOf(const PolicyDocument& document) {
  std::vector<std::string> paths = {"/unlisted.S/M"};
  for (const MethodRules& rules : document.methods) {
    const std::string stem = rules.key.substr(0, rules.key.find('*'));
    if (rules.scope == MethodScope::kMethod) paths.push_back(stem);
    if (rules.scope == MethodScope::kService) paths.push_back(stem + "Other");
    if (rules.scope == MethodScope::kPackage) paths.push_back(stem + "S/M");
  }
  return paths;
}

/// The questions that a policy gives rise to, and its own answers.
class Questions {
 public:
  explicit Questions(const PolicyDocument& document, const Policy& policy)
      : callers_(CallersOf(document)), paths_(PathsOf(document)), answers_(AnswersOf(policy)) {}

  bool AreAnsweredAlikeBy(const Policy& policy) const { return AnswersOf(policy) == answers_; }

 private:
  std::vector<Decision> AnswersOf(const Policy& policy) const {
    std::vector<Decision> answers;
    for (const std::string& path : paths_) {
      for (const PeerIdentity& caller : callers_) {
        answers.push_back(policy.Decide(caller, path, kNow));
      }
    }
    return answers;
  }

  std::vector<PeerIdentity> callers_;
  std::vector<std::string> paths_;
  std::vector<Decision> answers_;
};

/// What became of the beginnings of a policy.
struct Fates {
  int refused = 0;
  int doubted = 0;
  int alike = 0;
};

void CheckBeginnings(const std::string& text, const std::string& file, Fates& fates) {
  const PolicyLoad whole = ParsePolicy(text, file);
  INFO(file << "\n" << Render(whole.diagnostics));
  REQUIRE(whole.policy != nullptr);
  const Questions questions(DocumentOf(text, file), *whole.policy);
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const PolicyLoad load = ParsePolicy(std::string_view(text).substr(0, size), file);
    if (load.policy == nullptr) {
      if (load.diagnostics.empty()) FAIL("refused without a word after " << size << " bytes");
      ++fates.refused;
    } else if (!load.diagnostics.empty()) {
      ++fates.doubted;
    } else {
      if (!questions.AreAnsweredAlikeBy(*load.policy)) {
        FAIL("taken for the whole after " << size << " bytes:\n" << text.substr(0, size));
      }
      ++fates.alike;
    }
  }
}

TEST_CASE("each beginning of a policy is refused or doubted or decides as the whole does") {
  Fates fates;
  for (const std::filesystem::path& file : WholePolicies()) {
    CheckBeginnings(ReadBytes(file), file.string(), fates);
  }
  // Each of the three must have been seen for the test to say something.
  CHECK(fates.refused > 1000);
  CHECK(fates.doubted > 100);
  CHECK(fates.alike > 5);
}

}  // namespace
}  // namespace certgate::testing
