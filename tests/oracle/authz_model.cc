#include "tests/oracle/authz_model.h"

#include <absl/time/time.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

namespace certgate::oracle {
namespace {

using Json = nlohmann::json;
using Attributes = std::vector<std::pair<std::string, std::string>>;

bool Matches(const std::string& pattern, const std::string& value, AuthzDialect dialect) {
  if (pattern == "*") return !value.empty();
  const bool begins = pattern.starts_with('*');
  const bool ends = pattern.ends_with('*');
  const bool is_suffix = begins && (!ends || dialect == AuthzDialect::kCpp);
  if (is_suffix) return value.ends_with(pattern.substr(1));
  if (ends) return value.starts_with(pattern.substr(0, pattern.size() - 1));
  return value == pattern;
}

// First the URI names, then the DNS names, then the subject; one that matches is enough.
bool IsPrincipal(const std::string& pattern, const AuthzCaller& caller, AuthzDialect dialect) {
  for (const std::string& uri : caller.identity.uris) {
    if (Matches(pattern, uri, dialect)) return true;
  }
  for (const std::string& name : caller.identity.dns_names) {
    if (Matches(pattern, name, dialect)) return true;
  }
  return Matches(pattern, caller.subject, dialect);
}

bool Matches(const AuthzRuleModel& rule, const AuthzCaller& caller, const std::string& path,
             bool headers_match, AuthzDialect dialect) {
  const auto is_caller = [&](const std::string& one) { return IsPrincipal(one, caller, dialect); };
  const auto is_path = [&](const std::string& one) { return Matches(one, path, dialect); };
  const auto any_of = [](const std::vector<std::string>& all, const auto& holds) {
    return all.empty() || std::any_of(all.begin(), all.end(), holds);
  };
  return any_of(rule.principals, is_caller) && any_of(rule.paths, is_path) &&
         (!rule.has_headers || headers_match);
}

std::string Escaped(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (std::string("\\,+\"<>;").find(c) != std::string::npos) out += '\\';
    out += c;
  }
  return out;
}

AuthzCaller Caller(const Attributes& subject, std::vector<std::string> uris,
                   std::vector<std::string> dns_names, bool is_ordinary = true) {
  AuthzCaller caller;
  caller.identity.standing = ChainStanding::kProven;
  for (const auto& [type, value] : subject) {
    if (!caller.subject.empty()) caller.subject += ',';
    caller.subject += type + "=" + Escaped(value);
    if (type == "CN") caller.identity.common_name = value;
    if (type == "OU") caller.identity.organizational_units.push_back(value);
    if (type == "O") caller.identity.organizations.push_back(value);
  }
  caller.identity.uris = std::move(uris);
  caller.identity.dns_names = std::move(dns_names);
  caller.identity.certificate.not_before = absl::InfinitePast();
  caller.identity.certificate.not_after = absl::InfiniteFuture();
  caller.is_ordinary = is_ordinary;
  return caller;
}

Json RulesJson(const std::vector<AuthzRuleModel>& rules) {
  Json all = Json::array();
  for (const AuthzRuleModel& rule : rules) {
    Json json;
    json["name"] = "rule " + std::to_string(all.size() + 1);
    if (!rule.principals.empty()) json["source"]["principals"] = rule.principals;
    if (!rule.paths.empty()) json["request"]["paths"] = rule.paths;
    if (rule.has_headers) {
      json["request"]["headers"] = Json::array({{{"key", "team"}, {"values", {"payments"}}}});
    }
    all.push_back(std::move(json));
  }
  return all;
}

}  // namespace

std::vector<AuthzCaller> AuthzVocabulary() {
  const std::string app = "spiffe://acme.example/ns/pay/app";
  return {
      Caller({{"CN", "app"}, {"OU", "payments"}, {"O", "Acme"}}, {app}, {"app.acme.example"}),
      Caller({{"CN", "app"}, {"OU", "payments"}, {"O", "Acme"}, {"C", "DE"}}, {}, {}),
      Caller({{"CN", "edge-1"}, {"OU", "edge"}}, {}, {"edge-1.acme.example"}),
      Caller({{"OU", "edge"}, {"OU", "payments"}, {"CN", "edge-2"}}, {}, {}),
      Caller({{"CN", "app.acme.example"}}, {}, {}),
      Caller({{"CN", "x,O=Acme"}, {"OU", "a*b"}}, {}, {"acme.example", "x.acme.example"}),
      Caller({{"O", "Acme"}, {"CN", "x+OU=edge"}}, {app + "/x", "https://acme.example/x"}, {}),
      Caller({{"serialNumber", "7"}, {"CN", "edge-1"}}, {"spiffe://acme.example/ns/pay/"}, {}),
      Caller({}, {app}, {}),
      Caller({{"C", "DE"}, {"L", "app"}}, {}, {}, false),
      Caller({}, {}, {}, false),
      Caller({{"CN", "odd"}}, {"app.acme.example", "edge-1"}, {app, "CN=app"}, false),
  };
}

bool AuthzAllows(const AuthzModel& model, const AuthzCaller& caller, const std::string& path,
                 bool headers_match, AuthzDialect dialect) {
  const auto matches = [&](const AuthzRuleModel& rule) {
    return Matches(rule, caller, path, headers_match, dialect);
  };
  return std::none_of(model.deny.begin(), model.deny.end(), matches) &&
         std::any_of(model.allow.begin(), model.allow.end(), matches);
}

std::string AuthzJson(const AuthzModel& model) {
  Json json;
  json["name"] = "random";
  if (!model.deny.empty()) json["deny_rules"] = RulesJson(model.deny);
  json["allow_rules"] = RulesJson(model.allow);
  return json.dump(1);
}

void showValue(const AuthzModel& model, std::ostream& os) { os << AuthzJson(model); }

}  // namespace certgate::oracle
