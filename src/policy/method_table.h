#ifndef CERTGATE_SRC_POLICY_METHOD_TABLE_H_
#define CERTGATE_SRC_POLICY_METHOD_TABLE_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <certgate/decision.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// True if `path` is exactly `/service/method`: two slashes, both parts not empty, printable ASCII
/// (0x21 to 0x7E).
bool IsWellFormedPath(std::string_view path) noexcept;

/// The number of a method pattern in its policy, in the order of the file.
using MethodNumber = std::uint32_t;

/// The patterns that match one path, the most specific first. Few policies nest deeper than this.
using MatchingMethods = absl::InlinedVector<MethodNumber, 8>;

/// The method patterns of a policy. Each of the four forms matches the paths that begin with its
/// key less the `*` (an exact method: the whole path), so that one table serves them all.
class MethodTable {
 public:
  /// Throws std::invalid_argument for a key that does not have the form of its scope.
  explicit MethodTable(const std::vector<MethodRules>& methods);
  MethodTable(const MethodTable&) = delete;
  MethodTable& operator=(const MethodTable&) = delete;

  /// The patterns that match `path`, which must be well formed. The work is bounded by the number
  /// of distinct lengths of package names in the policy, whatever the path holds.
  MatchingMethods Match(std::string_view path) const;

  std::string_view key(MethodNumber number) const { return methods_[number].key; }
  std::optional<Mode> mode(MethodNumber number) const { return methods_[number].mode; }
  std::size_t size() const { return methods_.size(); }

 private:
  struct Method {
    std::string key;
    std::optional<Mode> mode;
  };
  void AppendIfListed(std::string_view stem, MatchingMethods& matching) const;

  std::vector<Method> methods_;
  /// By the part of the key before the `*`; the views refer into `methods_`.
  absl::flat_hash_map<std::string_view, MethodNumber> by_stem_;
  /// The distinct lengths of the stems of package patterns, the longest first.
  std::vector<std::size_t> package_lengths_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_METHOD_TABLE_H_
