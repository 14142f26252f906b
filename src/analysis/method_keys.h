#ifndef CERTGATE_SRC_ANALYSIS_METHOD_KEYS_H_
#define CERTGATE_SRC_ANALYSIS_METHOD_KEYS_H_

#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// A path or method key in its parts: of `/a.b.S/M` the service `a.b.S` and the method `M`; of
/// `/a.b.S/*` the service; of `/a.b.*` neither.
struct MethodKeyParts {
  std::string_view service;
  std::string_view method;
};
MethodKeyParts PartsOf(MethodScope scope, std::string_view key);

/// What the paths that a key matches begin with: the key without its `*`.
std::string_view StemOf(MethodScope scope, std::string_view key);

/// Finds method keys that match a path, or all that another key matches, without trying all.
class MethodKeys {
 public:
  MethodKeys() = default;
  /// The keys of a document, which is borrowed; their numbers are their places in its `methods`.
  explicit MethodKeys(const PolicyDocument& document);

  /// Adds a key, which is borrowed, unless it is there already. Returns its number, from 0.
  std::size_t Add(MethodScope scope, std::string_view key);

  /// The numbers of the keys that match each call that `key` matches, the
  /// key itself included, the most specific first: of `/a.b.S/M` those of `/a.b.S/M`, `/a.b.S/*`,
  /// `/a.b.*`, `/a.*` and `*`. `CoversKey` holds for each of them.
  std::vector<std::size_t> Covering(MethodScope scope, std::string_view key) const;

 private:
  std::unordered_map<std::string_view, std::size_t> by_stem_;
  /// The lengths of packages' stems, each once, the longest first.
  std::vector<std::size_t> package_lengths_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_METHOD_KEYS_H_
