// Method keys that match nothing that is known.

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/analysis/warning_context.h"
#include "src/yaml/suggest.h"
#include "src/yaml/unicode.h"

namespace certgate {
namespace {

// A name that is not known but may be right: further from a known one it counts as another.
constexpr std::size_t kMisspellingChanges = 2;
// A search for a similar name looks at all names: more would take long, and would not be shown.
constexpr std::size_t kMostSuggestions = 1'000;
constexpr std::size_t kMostMethodsShown = 8;

constexpr char kUnknownHint[] =
    "check the name; if it is right, give its descriptors with --descriptor-set";

/// Names of services or packages, and what one that is none of them was meant to be.
class KnownNames {
 public:
  void Add(std::string_view name) { names_.push_back(name); }

  std::string_view Nearest(std::string_view word, bool is_surely_wrong) {
    if (const auto known = nearest_.find(word); known != nearest_.end()) return known->second;
    if (nearest_.size() == kMostSuggestions) return {};
    std::string_view nearest =
        is_surely_wrong ? Suggest(word, names_) : Suggest(word, names_, kMisspellingChanges);
    if (nearest.empty() && is_surely_wrong) nearest = InAnotherPackage(word);
    return nearest_[word] = nearest;
  }

 private:
  std::string_view InAnotherPackage(std::string_view word) const {
    const std::string_view last = word.substr(word.rfind('.') + 1);  // npos + 1 is 0
    const auto found = std::find_if(names_.begin(), names_.end(), [last](std::string_view name) {
      return name.substr(name.rfind('.') + 1) == last;
    });
    return found == names_.end() ? std::string_view() : *found;
  }

  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::string_view> nearest_;
};

class KeyCheck {
 public:
  KeyCheck(WarningContext& context, const ServiceCatalog& services)
      : context_(context), services_(services) {
    for (const Service& service : services.services()) {
      service_names_.Add(service.name);
      AddPackages(service.name);
    }
  }

  void Check(const MethodRules& rules) {
    if (rules.scope == MethodScope::kAll) return;
    if (rules.scope == MethodScope::kPackage) return CheckPackage(rules);
    const MethodKeyParts parts = PartsOf(rules.scope, rules.key);
    const Service* const service = services_.Find(parts.service);
    if (service == nullptr) return ReportName(rules, "service", parts.service, service_names_);
    if (rules.scope == MethodScope::kMethod) CheckMethod(rules, *service, parts.method);
  }

 private:
  void AddPackages(std::string_view service) {
    for (std::size_t dot = service.find('.'); dot != service.npos;
         dot = service.find('.', dot + 1)) {
      const std::string_view package = service.substr(0, dot);
      if (packages_.emplace(package, true).second) package_names_.Add(package);
    }
  }

  void CheckPackage(const MethodRules& rules) {
    std::string_view package = StemOf(rules.scope, rules.key);
    package.remove_prefix(1);
    package.remove_suffix(1);
    if (!packages_.contains(package)) ReportName(rules, "package", package, package_names_);
  }

  void ReportName(const MethodRules& rules, const char* what, std::string_view name,
                  KnownNames& names) {
    const bool is_surely_wrong = services_.is_complete() && !IsGrpcsOwn(std::string(name) + ".");
    const std::string_view nearest = names.Nearest(name, is_surely_wrong);
    if (nearest.empty() && !is_surely_wrong) return;
    context_.log.Warn(
        FindingRule::kUnknownService, rules.location,
        {std::string("unknown ") + what + " " + QuotePath(name),
         nearest.empty() ? kUnknownHint : "did you mean " + QuotePath(nearest) + "?"});
  }

  void CheckMethod(const MethodRules& rules, const Service& service, std::string_view method) {
    if (service.Find(method) != nullptr) return;
    std::vector<std::string_view> names;
    for (const ServiceMethod& known : service.methods) names.push_back(known.name);
    context_.log.Warn(FindingRule::kUnknownMethod, rules.location,
                      {"service " + QuotePath(service.name) + " has no method " + Quote(method),
                       DidYouMean(method, names, MethodsOf(names))});
  }

  static std::string MethodsOf(const std::vector<std::string_view>& names) {
    if (names.empty()) return "it has none";
    std::string text = names.size() == 1 ? "its only method is " : "its methods are ";
    const std::size_t shown = std::min(names.size(), kMostMethodsShown);
    for (std::size_t i = 0; i < shown; ++i) {
      if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
      text += Quote(names[i]);
    }
    const std::size_t rest = names.size() - shown;
    return rest == 0 ? text : text + " and " + std::to_string(rest) + " more";
  }

  WarningContext& context_;
  const ServiceCatalog& services_;
  KnownNames service_names_;
  KnownNames package_names_;
  std::unordered_map<std::string_view, bool> packages_;
};

}  // namespace

void WarnOfUnknownKeys(WarningContext& context) {
  if (context.options.services == nullptr) return;
  KeyCheck check(context, *context.options.services);
  for (const MethodRules& rules : context.document.methods) check.Check(rules);
}

}  // namespace certgate
