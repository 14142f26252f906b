#ifndef CERTGATE_TESTS_UNIT_ANALYSIS_DIFFS_H_
#define CERTGATE_TESTS_UNIT_ANALYSIS_DIFFS_H_

#include <absl/time/time.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "src/analysis/policy_diff.h"
#include "src/policy/policy_source.h"

namespace certgate::testing {

using Lines = std::vector<std::string>;

/// A valid policy from what stands behind its `name`, with CA files from `cas/`.
inline PolicySource Written(const std::string& body) {
  PolicySource source = ParsePolicySource("version: 1\nname: shop\n" + body + "...\n",
                                          CERTGATE_SOURCE_DIR "/tests/data/policies/policy.yaml");
  if (source.policy == nullptr) throw std::runtime_error(Render(source.diagnostics));
  return source;
}

/// Two policies and what changes between them.
struct Compared {
  Compared(const std::string& old_body, const std::string& new_body)
      : before(Written(old_body)),
        after(Written(new_body)),
        diff(DiffPolicies(before, after,
                          absl::FromCivil(absl::CivilDay(2027, 1, 15), absl::UTCTimeZone()))) {}

  /// The changes of each class: "/a.S/M: gains cn `a`".
  Lines lines() const {
    Lines all;
    for (const ClassDiff& one : diff.classes) {
      for (const Change& change : one.changes) {
        std::string line(one.key);
        line += ": ";
        line += ToString(change.kind);
        if (!change.who.empty()) line += " " + change.who;
        all.push_back(line);
      }
    }
    return all;
  }

  /// The changes for every call.
  Lines wide() const {
    Lines all;
    for (const WideChange& change : diff.wide) all.push_back(change.text);
    return all;
  }

  PolicySource before;
  PolicySource after;
  PolicyDiff diff;
};

/// Lists of one method; entries are flow mappings joined by commas.
inline std::string Method(const std::string& allow, const std::string& deny = {}) {
  std::string text = "methods:\n  /a.S/M: { allow: [" + allow + "]";
  if (!deny.empty()) text += ", deny: [" + deny + "]";
  return text + " }\n";
}

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_ANALYSIS_DIFFS_H_
