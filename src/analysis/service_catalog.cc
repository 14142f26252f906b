#include "src/analysis/service_catalog.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "src/yaml/unicode.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 3> kGrpcsOwn = {"grpc.health.", "grpc.reflection.",
                                                       "grpc.channelz."};

constexpr std::array<std::string_view, 14> kReadingVerbs = {
    "get",  "list",     "watch", "check",  "search", "find", "query",
    "read", "describe", "count", "lookup", "ping",   "who",  "whoami"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `GetUserByID` is get, user, by, id; `get_user2` is get, user, 2.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  bool begins = true;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '_' || c == '-' || c == '.') {
      begins = true;
      continue;
    }
    const bool after_lower = i > 0 && !IsUpper(name[i - 1]);
    const bool before_lower = i + 1 < name.size() && IsLower(name[i + 1]);
    const bool is_number = IsDigit(c) && i > 0 && !IsDigit(name[i - 1]);
    if (begins || is_number || (IsUpper(c) && (after_lower || before_lower))) words.emplace_back();
    begins = false;
    words.back() += AsciiLower(std::string_view(&c, 1));
  }
  return words;
}

bool IsReadingVerb(std::string_view word) {
  return std::find(kReadingVerbs.begin(), kReadingVerbs.end(), word) != kReadingVerbs.end();
}

}  // namespace

const ServiceMethod* Service::Find(std::string_view method) const {
  const auto found =
      std::find_if(methods.begin(), methods.end(),
                   [method](const ServiceMethod& candidate) { return candidate.name == method; });
  return found == methods.end() ? nullptr : &*found;
}

void ServiceCatalog::Add(Service service) {
  if (Find(service.name) != nullptr) return;
  services_.push_back(std::move(service));
  by_name_.emplace(services_.back().name, &services_.back());
}

const Service* ServiceCatalog::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

bool IsGrpcsOwn(std::string_view name) {
  return std::any_of(kGrpcsOwn.begin(), kGrpcsOwn.end(),
                     [name](std::string_view own) { return name.starts_with(own); });
}

bool SoundsReadOnly(std::string_view method) {
  const std::vector<std::string> words = WordsOf(method);
  if (words.empty() || !IsReadingVerb(words.front())) return false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool adds = words[i] == "and" || words[i] == "or" || words[i] == "then";
    if (adds && (i + 1 == words.size() || !IsReadingVerb(words[i + 1]))) return false;
  }
  return true;
}

bool IsReadOnly(std::string_view service, const ServiceMethod& method) {
  return method.reads_only.value_or(IsGrpcsOwn(service) || SoundsReadOnly(method.name));
}

}  // namespace certgate
