// Methods that change state and let in every caller.

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "src/analysis/warning_context.h"
#include "src/policy/regex.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// Texts that have nothing in common: a regex that matches them all was meant to match everything.
bool MatchesAnything(Field field, const std::string& expression) {
  static const std::array<std::string, 4> kSamples = {"a", "0123456789", "_ -.:/@*#?=,+'\"(",
                                                      std::string(200, 'z') + "\xC3\xA9"};
  const Regex regex(field, expression);
  return std::all_of(kSamples.begin(), kSamples.end(),
                     [&regex](const std::string& sample) { return regex.Matches(sample); });
}

bool TakesAnyValue(Field field, const SelectorValue& value) {
  if (value.kind == ValueKind::kRegex) return MatchesAnything(field, value.text);
  const bool is_free = field != Field::kDns && field != Field::kUri;
  return value.kind == ValueKind::kPattern && is_free &&
         value.text.find_first_not_of('*') == std::string::npos;
}

/// Tells which entries restrict nobody.
class OpenEntries {
 public:
  explicit OpenEntries(const WarningContext& context) : context_(context) {
    for (const ClientSet& client : context.document.clients) clients_.emplace(client.name, &client);
  }

  struct Result {
    bool is_open = false;
    /// The client set through which it is, if there is one, and its entry.
    const ClientSet* client = nullptr;
    const Entry* member = nullptr;
  };

  Result Look(const Entry& entry) { return Look(entry, 0); }

 private:
  Result Look(const Entry& entry, int depth) {
    Result result;
    if (context_.HasExpired(entry) || depth > Expander::kDeepest) return result;
    const bool is_open =
        std::all_of(entry.selectors.begin(), entry.selectors.end(), [&](const Selector& selector) {
          if (selector.field != Field::kClient) return IsOpen(selector);
          const Result& member = LookAtClients(selector, depth);
          result.client = member.client;
          result.member = member.member;
          return member.is_open;
        });
    result.is_open = is_open;
    return result;
  }

  bool IsOpen(const Selector& selector) const {
    if (selector.field == Field::kAny) return true;
    if (selector.field == Field::kIssuer) return NamesAllAuthorities(selector);
    return std::any_of(selector.values.begin(), selector.values.end(),
                       [&](const auto& value) { return TakesAnyValue(selector.field, value); });
  }

  // Nobody else's certificates are believed, so that it says nothing.
  bool NamesAllAuthorities(const Selector& selector) const {
    const auto& authorities = context_.document.authorities;
    return std::all_of(authorities.begin(), authorities.end(), [&](const AuthorityRules& rules) {
      return std::any_of(selector.values.begin(), selector.values.end(),
                         [&](const auto& value) { return value.text == rules.authority.name; });
    });
  }

  Result LookAtClients(const Selector& selector, int depth) {
    for (const SelectorValue& name : selector.values) {
      const auto client = clients_.find(name.text);
      if (client == clients_.end()) continue;
      const Result& result = LookAtClient(*client->second, depth);
      if (result.is_open) return result;
    }
    return {};
  }

  const Result& LookAtClient(const ClientSet& client, int depth) {
    const auto [known, is_new] = known_.try_emplace(&client);
    if (!is_new) return known->second;
    Result result;
    for (const Entry& entry : client.entries) {
      if (!Look(entry, depth + 1).is_open) continue;
      result = {true, &client, &entry};
      break;
    }
    return known_[&client] = result;
  }

  const WarningContext& context_;
  std::unordered_map<std::string_view, const ClientSet*> clients_;
  std::unordered_map<const ClientSet*, Result> known_;
};

/// Tells which method keys match a method that may change something.
class ChangingMethods {
 public:
  explicit ChangingMethods(const ServiceCatalog* services) : services_(services) {}

  /// What is called, for a message; nothing if all that the key matches only reads.
  std::optional<std::string> Find(const MethodRules& rules) const {
    switch (rules.scope) {
      case MethodScope::kMethod:
        return FindMethod(rules);
      case MethodScope::kService:
        return FindInService(rules);
      case MethodScope::kPackage:
      case MethodScope::kAll:
        break;
    }
    return FindInPackage(rules);
  }

 private:
  static std::string PathOf(const Service& service, const ServiceMethod& method) {
    return QuotePath("/" + service.name + "/" + method.name);
  }

  std::optional<std::string> FindMethod(const MethodRules& rules) const {
    const MethodKeyParts parts = PartsOf(rules.scope, rules.key);
    const Service* const service = services_ == nullptr ? nullptr : services_->Find(parts.service);
    const ServiceMethod* const known = service == nullptr ? nullptr : service->Find(parts.method);
    const ServiceMethod method =
        known == nullptr ? ServiceMethod{std::string(parts.method), {}, false} : *known;
    if (IsReadOnly(parts.service, method)) return std::nullopt;
    return QuotePath(rules.key);
  }

  std::optional<std::string> FindInService(const MethodRules& rules) const {
    const std::string_view name = PartsOf(rules.scope, rules.key).service;
    const Service* const service = services_ == nullptr ? nullptr : services_->Find(name);
    if (service != nullptr) return FindIn(*service);
    return FindUnknown(rules, name);
  }

  std::optional<std::string> FindInPackage(const MethodRules& rules) const {
    std::string_view prefix = StemOf(rules.scope, rules.key);
    prefix.remove_prefix(prefix.empty() ? 0 : 1);
    if (services_ != nullptr) {
      for (const Service& service : services_->services()) {
        if (!service.name.starts_with(prefix)) continue;
        if (std::optional<std::string> found = FindIn(service)) return found;
      }
    }
    return FindUnknown(rules, prefix);
  }

  // Of services whose methods are not known the worst is assumed, if there may be any.
  std::optional<std::string> FindUnknown(const MethodRules& rules, std::string_view prefix) const {
    const bool may_be_there = services_ == nullptr || !services_->is_complete();
    if (!may_be_there || IsGrpcsOwn(prefix)) return std::nullopt;
    return "any method under " + QuotePath(rules.key);
  }

  static std::optional<std::string> FindIn(const Service& service) {
    for (const ServiceMethod& method : service.methods) {
      if (!IsReadOnly(service.name, method)) return PathOf(service, method);
    }
    return std::nullopt;
  }

  const ServiceCatalog* services_;
};

std::string SubjectOf(const Entry& entry, const OpenEntries::Result& result) {
  if (result.client != nullptr) {
    return "client " + Quote(result.client->name) + " (line " +
           std::to_string(result.member->location.line) + ")";
  }
  for (const Selector& selector : entry.selectors) {
    if (selector.field != Field::kAny) return DescribeSelector(selector);
  }
  return "`any: true`";
}

}  // namespace

void WarnOfOpenness(WarningContext& context) {
  OpenEntries open(context);
  const ChangingMethods changing(context.options.services);
  for (const MethodRules& rules : context.document.methods) {
    const std::optional<std::string> method = changing.Find(rules);
    if (!method.has_value()) continue;
    for (const Entry& entry : rules.allow) {
      if (!context.IsAlive(entry)) continue;
      const OpenEntries::Result result = open.Look(entry);
      if (!result.is_open) continue;
      context.log.Warn(FindingRule::kOpenToAnyone, entry.location,
                       {SubjectOf(entry, result) + " lets every caller with a certificate call " +
                            *method + ", which may change something",
                        "name the callers; a method that only reads says so in its descriptor "
                        "with `idempotency_level = NO_SIDE_EFFECTS`"});
    }
  }
}

}  // namespace certgate
