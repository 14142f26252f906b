// Registered methods that nobody may call.

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/warning_context.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// If so many entries are denied one by one, the next one is believed to let somebody in.
constexpr std::size_t kMostEntriesTried = 1'000;
constexpr std::size_t kMostMethodsShown = 20;

/// Who may call a method now.
enum class Callers { kSome, kNobodyListed, kNobodyLeft };

Callers CallersOf(const std::string& path, WarningContext& context) {
  const std::vector<std::size_t> keys = context.keys.Covering(MethodScope::kMethod, path);
  std::vector<CoverIndex::Section> denying;
  for (const std::size_t key : keys) denying.push_back(CoverIndex::DenyOf(key));
  denying.push_back(context.covers.Revoked());
  Callers callers = Callers::kNobodyListed;
  std::size_t tried = 0;
  for (const std::size_t key : keys) {
    for (const Entry& entry : context.document.methods[key].allow) {
      callers = Callers::kNobodyLeft;
      if (!context.IsAlive(entry)) continue;
      if (tried++ == kMostEntriesTried) return Callers::kSome;
      if (context.covers.FindCover(entry, denying).empty()) return Callers::kSome;
    }
  }
  return callers;
}

// "`A`", "`A` and `B`", "`A`, `B` and 3 more".
std::string List(const std::vector<std::string_view>& names) {
  const std::size_t shown = std::min(names.size(), kMostMethodsShown);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += QuotePath(names[i]);
  }
  const std::size_t rest = names.size() - shown;
  return rest == 0 ? text : text + " and " + std::to_string(rest) + " more";
}

std::string Describe(const Service& service, const std::vector<std::string_view>& uncallable) {
  const std::size_t all = service.methods.size();
  if (uncallable.size() == 1) {
    return "nobody may call " +
           QuotePath("/" + service.name + "/" + std::string(uncallable.front()));
  }
  const std::string whose = " methods of service " + QuotePath(service.name) + ": ";
  if (uncallable.size() == all) {
    return "nobody may call any of the " + std::to_string(all) + whose + List(uncallable);
  }
  return "nobody may call " + std::to_string(uncallable.size()) + " of the " + std::to_string(all) +
         whose + List(uncallable);
}

/// The keys that name a service, by its name; the first of the file.
std::unordered_map<std::string_view, const MethodRules*> NamingKeys(
    const PolicyDocument& document) {
  std::unordered_map<std::string_view, const MethodRules*> keys;
  for (const MethodRules& rules : document.methods) {
    const std::string_view service = PartsOf(rules.scope, rules.key).service;
    if (!service.empty()) keys.emplace(service, &rules);
  }
  return keys;
}

}  // namespace

void WarnOfUncallableMethods(WarningContext& context) {
  if (context.options.services == nullptr) return;
  const ServiceCatalog& services = *context.options.services;
  const auto naming = NamingKeys(context.document);
  for (const Service& service : services.services()) {
    const auto named = naming.find(service.name);
    // What a server does not serve is no loss: gRPC's own services are a choice.
    const bool is_registered = services.is_complete() && !IsGrpcsOwn(service.name);
    if (named == naming.end() && !is_registered) continue;
    std::vector<std::string_view> uncallable;
    bool had_callers = false;
    for (const ServiceMethod& method : service.methods) {
      const Callers callers = CallersOf("/" + service.name + "/" + method.name, context);
      if (callers == Callers::kSome) continue;
      had_callers = had_callers || callers == Callers::kNobodyLeft;
      uncallable.push_back(method.name);
    }
    if (uncallable.empty()) continue;
    const SourceLocation place = named == naming.end() ? SourceLocation() : named->second->location;
    context.log.Warn(
        FindingRule::kUncallableMethod, place,
        {Describe(service, uncallable),
         had_callers ? "allow somebody: the entries for it have expired, or are always denied"
                     : "allow somebody, or leave it so if nobody is meant to"});
  }
}

}  // namespace certgate
