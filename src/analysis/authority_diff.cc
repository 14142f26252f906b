#include "src/analysis/authority_diff.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "src/identity/trust_anchors.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

using Kind = WideChange::Kind;

const std::string& NameOf(const AuthorityRules& rules) { return rules.authority.name; }

const std::vector<std::string>& KeysOf(const AuthorityRules& rules) {
  return rules.authority.anchors->keys();
}

std::size_t CountMissing(const std::vector<std::string>& keys,
                         const std::vector<std::string>& among) {
  return static_cast<std::size_t>(
      std::count_if(keys.begin(), keys.end(), [&](const std::string& key) {
        return !std::binary_search(among.begin(), among.end(), key);
      }));
}

std::string Certificates(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " CA certificate" : " CA certificates");
}

class Comparison {
 public:
  Comparison(const PolicyDocument& before, const PolicyDocument& after)
      : before_(before), after_(after) {}

  AuthorityDiff Run() {
    for (const AuthorityRules& rules : after_.authorities) {
      diff_.new_names[NameOf(rules)] = NameOf(rules);
    }
    PairByKeys();
    PairByName();
    for (const AuthorityRules& rules : before_.authorities) {
      if (!diff_.old_names.contains(NameOf(rules))) TellRemoved(rules);
    }
    for (const AuthorityRules& rules : after_.authorities) {
      if (!paired_.contains(NameOf(rules))) TellAdded(rules);
    }
    return std::move(diff_);
  }

 private:
  void PairByKeys() {
    for (const AuthorityRules& rules : before_.authorities) {
      for (const AuthorityRules& other : after_.authorities) {
        if (KeysOf(rules) != KeysOf(other)) continue;
        diff_.old_names[NameOf(rules)] = NameOf(other);
        paired_.insert(NameOf(other));
      }
    }
  }

  void PairByName() {
    for (const AuthorityRules& rules : before_.authorities) {
      if (diff_.old_names.contains(NameOf(rules))) continue;
      for (const AuthorityRules& other : after_.authorities) {
        if (NameOf(rules) != NameOf(other) || !paired_.insert(NameOf(other)).second) continue;
        diff_.old_names[NameOf(rules)] = NameOf(other);
        TellChanged(rules, other);
      }
    }
  }

  void TellChanged(const AuthorityRules& rules, const AuthorityRules& other) {
    const std::size_t lost = CountMissing(KeysOf(rules), KeysOf(other));
    const std::size_t gained = CountMissing(KeysOf(other), KeysOf(rules));
    std::string text = "authority " + Quote(NameOf(other)) + " has other CA certificates: ";
    if (gained > 0) text += Certificates(gained) + " more that vouch";
    if (gained > 0 && lost > 0) text += ", ";
    if (lost > 0) {
      text += Certificates(lost) + " less: callers that only they vouch for are refused everywhere";
    }
    WideChange& change = Tell(Kind::kAuthorityChanged, text, other, true);
    change.has_more = gained > 0;
    change.has_less = lost > 0;
  }

  void TellRemoved(const AuthorityRules& rules) {
    std::string name = NameOf(rules);
    while (diff_.new_names.contains(name)) name += " (before)";
    diff_.old_names[NameOf(rules)] = name;
    std::string text = "authority " + Quote(NameOf(rules)) + " is gone: ";
    text += after_.authorities.empty()
                ? "every caller that the server's client CAs let in counts now"
                : "who got in as its caller is refused everywhere";
    Tell(Kind::kAuthorityRemoved, text, rules, false);
  }

  void TellAdded(const AuthorityRules& rules) {
    std::string text = "authority " + Quote(NameOf(rules)) + " is new: ";
    text += before_.authorities.empty()
                ? "callers that no authority of the policy vouches for are refused everywhere now"
                : "entries without `issuer` hold for its callers too";
    Tell(Kind::kAuthorityAdded, text, rules, true);
  }

  WideChange& Tell(Kind kind, std::string text, const AuthorityRules& rules, bool is_new) {
    WideChange& change = diff_.changes.emplace_back();
    change.kind = kind;
    change.text = std::move(text);
    change.place = {is_new, rules.location.line, {}};
    change.authority = NameOf(rules);
    return change;
  }

  const PolicyDocument& before_;
  const PolicyDocument& after_;
  AuthorityDiff diff_;
  /// Names of the new policy's authorities that the old one has too.
  std::set<std::string> paired_;
};

}  // namespace

AuthorityDiff DiffAuthorities(const PolicyDocument& before, const PolicyDocument& after) {
  return Comparison(before, after).Run();
}

}  // namespace certgate
