#include "tests/oracle/evaluator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

#include "tests/oracle/values.h"

namespace certgate::oracle {
namespace {

using Strings = std::vector<std::string>;

// The order in which the fields of an entry are asked.
constexpr std::array<std::string_view, 11> kFields = {
    "cn", "ou", "o", "dns", "uri", "email", "issuer", "serial", "sha256", "client", "any"};

std::size_t FieldOrder(const std::string& field) {
  return static_cast<std::size_t>(std::find(kFields.begin(), kFields.end(), field) -
                                  kFields.begin());
}

/// Who is asking, when, and of which policy.
struct Situation {
  const Model& model;
  const PeerIdentity& caller;
  absl::Time now;
};

Strings TextsOf(const PeerIdentity& caller, const std::string& field) {
  if (field == "cn") return caller.common_name ? Strings{*caller.common_name} : Strings{};
  if (field == "ou") return caller.organizational_units;
  if (field == "o") return caller.organizations;
  if (field == "dns") return caller.dns_names;
  if (field == "uri") return caller.uris;
  if (field == "email") return caller.emails;
  if (field == "serial") return {caller.certificate.serial_number};
  if (field == "sha256") return {caller.certificate.sha256};
  return {};
}

bool Matches(const Situation& situation, const Entry& entry);

bool IsMember(const Situation& situation, const std::string& set_name) {
  for (const ClientSet& set : situation.model.clients) {
    if (set.name != set_name) continue;
    for (const Entry& entry : set.entries) {
      if (Matches(situation, entry)) return true;
    }
  }
  return false;
}

// True if the authority `name` vouches for the caller now.
bool IsVouchedForBy(const Situation& situation, const std::string& name) {
  for (const VouchingAuthority& authority : situation.caller.authorities) {
    const bool is_over = situation.now > authority.not_after;
    if (authority.name == name && situation.now >= authority.not_before && !is_over) return true;
  }
  return false;
}

bool Holds(const Situation& situation, const Condition& condition) {
  if (condition.field == "any") return true;
  for (const Value& value : condition.values) {
    if (condition.field == "client" && IsMember(situation, value.text)) return true;
    if (condition.field == "issuer" && IsVouchedForBy(situation, value.text)) return true;
    for (const std::string& text : TextsOf(situation.caller, condition.field)) {
      if (ValueHolds(condition.field, value, text)) return true;
    }
  }
  return false;
}

bool HasExpired(const Situation& situation, const Entry& entry) {
  return entry.expires && situation.now >= *entry.expires;
}

bool Matches(const Situation& situation, const Entry& entry) {
  for (const Condition& condition : entry.conditions) {
    if (!Holds(situation, condition)) return false;
  }
  return !HasExpired(situation, entry);
}

bool IsWellFormed(const std::string& path) {
  std::size_t slashes = 0;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7F) return false;
    if (c == '/') ++slashes;
  }
  return slashes == 2 && path.front() == '/' && path.back() != '/' && path.find("//") == path.npos;
}

// How specific a key is: all of `/service/method`, else as much as stands before the `*`.
std::size_t SpecificityOf(const std::string& key) {
  const std::size_t star = key.find('*');
  return star == key.npos ? 1'000'000 : star;
}

// The methods whose keys match, the most specific first.
std::vector<const Method*> MatchingMethods(const Model& model, const std::string& path) {
  std::vector<const Method*> matching;
  for (const Method& method : model.methods) {
    if (KeyMatches(method.key, path)) matching.push_back(&method);
  }
  std::sort(matching.begin(), matching.end(), [](const Method* a, const Method* b) {
    return SpecificityOf(a->key) > SpecificityOf(b->key);
  });
  return matching;
}

std::string ModeOf(const Model& model, const std::vector<const Method*>& methods) {
  for (const Method* method : methods) {
    if (!method->mode.empty()) return method->mode;
  }
  return model.mode.empty() ? "enforce" : model.mode;
}

// Where the entry number `index` of a list stands, as people count.
std::string PlaceOf(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index + 1) + "]";
}

Answer Refusal(const std::string& reason, const std::string& mode) {
  Answer answer;
  answer.mode = mode;
  answer.effect = mode == "observe" ? "allow" : "deny";
  answer.reason = mode == "observe" ? "would_deny" : reason;
  if (mode == "observe") answer.observed = reason;
  return answer;
}

void NameRule(const Entry& entry, const std::string& place, Answer& answer) {
  answer.rule = entry.id.empty() ? place : entry.id;
  answer.owner = entry.owner;
  answer.rule_reason = entry.reason;
}

// Of several entries that match, the first one of the most specific key is said to have decided.
bool FindRule(const Situation& situation, const std::vector<const Method*>& methods,
              const std::string& list, Answer& answer) {
  for (const Method* method : methods) {
    const std::vector<Entry>& entries = list == "allow" ? method->allow : method->deny;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!Matches(situation, entries[i])) continue;
      NameRule(entries[i], PlaceOf(method->key + " " + list, i), answer);
      return true;
    }
  }
  return false;
}

bool FindRevoked(const Situation& situation, Answer& answer) {
  for (std::size_t i = 0; i < situation.model.revoked.size(); ++i) {
    if (!Matches(situation, situation.model.revoked[i])) continue;
    NameRule(situation.model.revoked[i], PlaceOf("revoked", i), answer);
    return true;
  }
  return false;
}

// A policy that names authorities believes nobody else; one that names none leaves it to the
// handshake.
bool IsVouchedFor(const Situation& situation) {
  for (const Authority& authority : situation.model.authorities) {
    if (IsVouchedForBy(situation, authority.name)) return true;
  }
  return situation.model.authorities.empty();
}

struct Fit {
  std::size_t held = 0;
  std::string failed;  // the first field that does not hold
};

Fit FitOf(const Situation& situation, const Entry& entry) {
  Fit fit;
  for (const Condition& condition : entry.conditions) {
    if (Holds(situation, condition)) {
      ++fit.held;
    } else if (fit.failed.empty() || FieldOrder(condition.field) < FieldOrder(fit.failed)) {
      fit.failed = condition.field;
    }
  }
  return fit;
}

// The nearest entry is the one of which most holds, then the one of which least fails, then the
// most specific key's, then the first.
void NameNearest(const Situation& situation, const std::vector<const Method*>& methods,
                 Answer& answer) {
  std::tuple<std::size_t, std::size_t> best;
  for (const Method* method : methods) {
    for (std::size_t i = 0; i < method->allow.size(); ++i) {
      const Fit fit = FitOf(situation, method->allow[i]);
      // `held - conditions.size()` would wrap: no entry has 1000 fields.
      const std::tuple nearness(fit.held, 1000 - method->allow[i].conditions.size());
      if (!answer.nearest.empty() && nearness <= best) continue;
      best = nearness;
      const std::string& id = method->allow[i].id;
      answer.nearest = id.empty() ? PlaceOf(method->key + " allow", i) : id;
      answer.nearest_failed = fit.failed;
    }
  }
}

}  // namespace

bool KeyMatches(const std::string& key, const std::string& path) {
  const std::size_t star = key.find('*');
  return star == key.npos ? key == path : path.starts_with(key.substr(0, star));
}

bool NearestIsDefined(const Model& model, const std::string& path) {
  std::size_t entries = 0;
  for (const Method* method : MatchingMethods(model, path)) entries += method->allow.size();
  return entries <= 12;
}

Answer Evaluate(const Model& model, const PeerIdentity& caller, const std::string& path,
                absl::Time now) {
  if (now < caller.certificate.not_before) return Refusal("certificate_not_yet_valid", "enforce");
  if (now > caller.certificate.not_after) return Refusal("certificate_expired", "enforce");
  const Situation situation{model, caller, now};
  Answer revoked = Refusal("certificate_revoked", "enforce");
  if (FindRevoked(situation, revoked)) return revoked;
  if (caller.standing == ChainStanding::kRevoked) return revoked;
  if (caller.standing == ChainStanding::kRevocationUnknown) {
    return Refusal("revocation_unknown", "enforce");
  }
  if (caller.standing != ChainStanding::kProven) return Refusal("issuer_unproven", "enforce");
  if (!IsVouchedFor(situation)) return Refusal("issuer_unproven", "enforce");
  if (!IsWellFormed(path)) return Refusal("malformed_method", "enforce");

  const std::vector<const Method*> methods = MatchingMethods(model, path);
  const std::string mode = ModeOf(model, methods);
  if (methods.empty()) return Refusal("method_not_listed", mode);
  Answer denied = Refusal("denied_by_rule", mode);
  if (FindRule(situation, methods, "deny", denied)) return denied;
  Answer allowed;
  allowed.effect = "allow";
  allowed.reason = "allowed";
  allowed.mode = mode;
  if (FindRule(situation, methods, "allow", allowed)) return allowed;
  Answer unmatched = Refusal("no_matching_rule", mode);
  NameNearest(situation, methods, unmatched);
  return unmatched;
}

}  // namespace certgate::oracle
