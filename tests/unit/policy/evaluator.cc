#include "tests/unit/policy/evaluator.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <optional>
#include <tuple>
#include <vector>

namespace certgate::testing {
namespace {

using Strings = std::vector<std::string>;

Strings Split(const std::string& text, char separator) {
  Strings parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// reach[j]: the pattern so far matches the first j bytes of the text.
bool GlobMatches(const std::string& pattern, const std::string& text) {
  std::vector<bool> reach(text.size() + 1, false);
  reach[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    for (std::size_t j = 0; j <= text.size(); ++j) {
      if (c == '*') {
        next[j] = reach[j] || (j > 0 && next[j - 1]);
      } else {
        next[j] = j > 0 && reach[j - 1] && text[j - 1] == c;
      }
    }
    reach = next;
  }
  return reach.back();
}

bool PartsMatch(Strings pattern, Strings text, const std::string& forbidden) {
  if (pattern.size() != text.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool wild = pattern[i].find('*') != std::string::npos;
    if (wild && (text[i].empty() || text[i].find_first_of(forbidden) != std::string::npos)) {
      return false;
    }
    if (!GlobMatches(pattern[i], text[i])) return false;
  }
  return true;
}

bool UriMatches(const std::string& pattern, const std::string& uri) {
  const std::string tail = "/**";
  if (!pattern.ends_with(tail)) return PartsMatch(Split(pattern, '/'), Split(uri, '/'), "?#");
  const Strings head = Split(pattern.substr(0, pattern.size() - tail.size()), '/');
  const Strings parts = Split(uri, '/');
  if (parts.size() <= head.size()) return false;
  if (parts.size() == head.size() + 1 && parts.back().empty()) return false;
  return PartsMatch(head, Strings(parts.begin(), parts.begin() + static_cast<int>(head.size())),
                    "?#");
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(c));
  return text;
}

Strings TextsOf(const PeerIdentity& caller, Field field) {
  switch (field) {
    case Field::kCn:
      return caller.common_name ? Strings{*caller.common_name} : Strings{};
    case Field::kOu:
      return caller.organizational_units;
    case Field::kO:
      return caller.organizations;
    case Field::kDns: {
      Strings names;
      for (const std::string& name : caller.dns_names) names.push_back(Lower(name));
      return names;
    }
    case Field::kUri:
      return caller.uris;
    case Field::kEmail:
      return caller.emails;
    case Field::kSerial:
      return {caller.certificate.serial_number};
    case Field::kSha256:
      return {caller.certificate.sha256};
    default:
      return {};
  }
}

struct Evaluator {
  const PolicyDocument& document;
  const PeerIdentity& caller;
  const absl::Time now;

  bool ValueMatches(Field field, const SelectorValue& value, const std::string& text) const {
    if (value.kind == ValueKind::kExact) return value.text == text;
    if (field == Field::kDns) return PartsMatch(Split(value.text, '.'), Split(text, '.'), "*");
    if (field == Field::kUri) return UriMatches(value.text, text);
    return GlobMatches(value.text, text);
  }

  bool IsMember(const std::string& name) const {
    for (const ClientSet& set : document.clients) {
      if (set.name != name) continue;
      for (const Entry& entry : set.entries) {
        if (Matches(entry)) return true;
      }
    }
    return false;
  }

  bool Holds(const Selector& selector) const {
    if (selector.field == Field::kAny) return true;
    for (const SelectorValue& value : selector.values) {
      if (selector.field == Field::kClient && IsMember(value.text)) return true;
      for (const std::string& text : TextsOf(caller, selector.field)) {
        if (ValueMatches(selector.field, value, text)) return true;
      }
    }
    return false;
  }

  bool Matches(const Entry& entry) const {
    for (const Selector& selector : entry.selectors) {
      if (!Holds(selector)) return false;
    }
    return now < entry.expires;
  }
};

struct MatchingRules {
  const MethodRules* rules;
  RuleIndex first_allow;
  std::size_t specificity;
};

bool PathIsGood(const std::string& path) {
  const Strings parts = Split(path, '/');
  if (parts.size() != 3 || !parts[0].empty() || parts[1].empty() || parts[2].empty()) return false;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x21 || byte > 0x7e) return false;
  }
  return true;
}

bool KeyMatches(const MethodRules& rules, const std::string& path) {
  const Strings parts = Split(path, '/');
  switch (rules.scope) {
    case MethodScope::kMethod:
      return rules.key == path;
    case MethodScope::kService:
      return rules.key == "/" + parts[1] + "/*";
    case MethodScope::kPackage:
      return parts[1].starts_with(rules.key.substr(1, rules.key.size() - 2));
    case MethodScope::kAll:
      return true;
  }
  return false;
}

// Greater for a more specific pattern.
std::size_t SpecificityOf(const MethodRules& rules) {
  switch (rules.scope) {
    case MethodScope::kMethod:
      return 1'000'001;
    case MethodScope::kService:
      return 1'000'000;
    case MethodScope::kPackage:
      return rules.key.size();
    case MethodScope::kAll:
      return 0;
  }
  return 0;
}

std::vector<MatchingRules> RulesFor(const PolicyDocument& document, const std::string& path) {
  std::vector<MatchingRules> matching;
  std::size_t index = 0;
  for (const MethodRules& rules : document.methods) {
    if (KeyMatches(rules, path)) {
      matching.push_back({&rules, static_cast<RuleIndex>(index), SpecificityOf(rules)});
    }
    index += rules.allow.size() + rules.deny.size();
  }
  std::sort(matching.begin(), matching.end(), [](const MatchingRules& a, const MatchingRules& b) {
    return a.specificity > b.specificity;
  });
  return matching;
}

std::optional<RuleIndex> FirstMatch(const Evaluator& evaluator,
                                    const std::vector<MatchingRules>& matching, bool deny) {
  for (const MatchingRules& each : matching) {
    const std::vector<Entry>& entries = deny ? each.rules->deny : each.rules->allow;
    const std::size_t begin = each.first_allow + (deny ? each.rules->allow.size() : 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (evaluator.Matches(entries[i])) return static_cast<RuleIndex>(begin + i);
    }
  }
  return std::nullopt;
}

void FindNearest(const Evaluator& evaluator, const std::vector<MatchingRules>& matching,
                 Decision& decision) {
  // Fewest in this order: selectors that hold (negated), those that fail, rank, index.
  std::optional<std::tuple<int, int, std::size_t, RuleIndex>> best;
  for (std::size_t rank = 0; rank < matching.size(); ++rank) {
    RuleIndex index = matching[rank].first_allow;
    for (const Entry& entry : matching[rank].rules->allow) {
      int held = 0;
      Field failed = Field::kNone;
      for (const Selector& selector : entry.selectors) {
        if (evaluator.Holds(selector)) {
          ++held;
        } else if (failed == Field::kNone || selector.field < failed) {
          failed = selector.field;
        }
      }
      const auto key =
          std::tuple(-held, static_cast<int>(entry.selectors.size()) - held, rank, index);
      if (!best || key < *best) {
        best = key;
        decision.nearest = index;
        decision.nearest_failed = failed;
      }
      ++index;
    }
  }
}

Decision Denied(Reason reason, Mode mode) {
  Decision decision;
  decision.mode = mode;
  const bool observe = mode == Mode::kObserve;
  decision.effect = observe ? Effect::kAllow : Effect::kDeny;
  decision.reason = observe ? Reason::kWouldDeny : reason;
  if (observe) decision.observed = reason;
  return decision;
}

}  // namespace

Decision EvaluatePlainly(const PolicyDocument& document, const PeerIdentity& caller,
                         const std::string& path, absl::Time now) {
  if (now < caller.certificate.not_before) {
    return Denied(Reason::kCertificateNotYetValid, Mode::kEnforce);
  }
  if (now > caller.certificate.not_after) {
    return Denied(Reason::kCertificateExpired, Mode::kEnforce);
  }
  if (!PathIsGood(path)) return Denied(Reason::kMalformedMethod, Mode::kEnforce);
  const std::vector<MatchingRules> matching = RulesFor(document, path);
  Mode mode = document.mode;
  for (auto each = matching.rbegin(); each != matching.rend(); ++each) {
    mode = each->rules->mode.value_or(mode);
  }
  if (matching.empty()) return Denied(Reason::kMethodNotListed, mode);
  const Evaluator evaluator{document, caller, now};
  if (const auto deny = FirstMatch(evaluator, matching, true)) {
    Decision decision = Denied(Reason::kDeniedByRule, mode);
    decision.rule = deny;
    return decision;
  }
  if (const auto allow = FirstMatch(evaluator, matching, false)) {
    Decision decision;
    decision.effect = Effect::kAllow;
    decision.reason = Reason::kAllowed;
    decision.mode = mode;
    decision.rule = allow;
    return decision;
  }
  Decision decision = Denied(Reason::kNoMatchingRule, mode);
  FindNearest(evaluator, matching, decision);
  return decision;
}

}  // namespace certgate::testing
