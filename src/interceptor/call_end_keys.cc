#include "src/interceptor/call_end_keys.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

namespace certgate {
namespace {

bool IsName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7F' && c != '/' && c != '*';
  });
}

bool IsMethod(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return key.starts_with('/') && slash != 0 && IsName(key.substr(1, slash - 1)) &&
         IsName(key.substr(slash + 1));
}

// `*`, `/package.*`, `/package.Service/*`.
bool IsScope(std::string_view key) {
  if (key == "*") return true;
  if (!key.starts_with('/') || (!key.ends_with("/*") && !key.ends_with(".*"))) return false;
  return key.size() > 3 && IsName(key.substr(1, key.size() - 3));
}

}  // namespace

absl::StatusOr<CallEndKeys> CallEndKeys::Parse(const std::vector<std::string>& keys) {
  CallEndKeys parsed;
  for (const std::string& key : keys) {
    if (IsScope(key)) {
      parsed.scopes_.push_back(key.substr(0, key.size() - 1));
    } else if (IsMethod(key)) {
      parsed.methods_.push_back(key);
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("`", key,
                       "` is not a method key: the forms are `/package.Service/Method`, "
                       "`/package.Service/*`, `/package.*` and `*`"));
    }
  }
  return parsed;
}

bool CallEndKeys::Hold(std::string_view path) const {
  const auto begins = [path](std::string_view scope) { return path.starts_with(scope); };
  return std::any_of(scopes_.begin(), scopes_.end(), begins) ||
         std::find(methods_.begin(), methods_.end(), path) != methods_.end();
}

}  // namespace certgate
