#ifndef CERTGATE_SRC_ANALYSIS_KEY_INDEX_H_
#define CERTGATE_SRC_ANALYSIS_KEY_INDEX_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/policy/document.h"

namespace certgate {

/// A method key with its form. Its views refer into the documents.
struct MethodKey {
  MethodScope scope = MethodScope::kAll;
  std::string_view text;

  friend bool operator==(const MethodKey&, const MethodKey&) = default;
};

inline constexpr MethodKey kEveryMethod{MethodScope::kAll, "*"};

/// The part before the `*`: the beginning of each path that the key matches. An exact method has no
/// `*`, and matches the path that it is.
std::string_view StemOf(const MethodKey& key);

/// The full names in a key: of `/a.b.S/M` the service `a.b.S` and the method `M`, of `/a.b.S/*` the
/// service. The others have neither.
struct MethodKeyNames {
  std::string_view service;
  std::string_view method;
};
MethodKeyNames NamesIn(const MethodKey& key);

/// Method keys, each with a number, among which those that match all that another one matches are
/// found by their stems.
class KeyIndex {
 public:
  /// Returns the key's number, which is new unless the key is there already.
  std::size_t Add(const MethodKey& key);

  /// The keys that match each path that `key` matches, the most specific first, itself included.
  std::vector<std::size_t> Covering(const MethodKey& key) const;
  /// The first of them but the key itself; nothing if there is no other.
  std::optional<std::size_t> FindParent(const MethodKey& key) const;
  /// The most specific key that matches the path; nothing if none does.
  std::optional<std::size_t> FindFor(std::string_view path) const;

  std::size_t size() const { return keys_.size(); }
  const MethodKey& operator[](std::size_t number) const { return keys_[number]; }

 private:
  std::vector<MethodKey> keys_;
  std::unordered_map<std::string_view, std::size_t> by_stem_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_KEY_INDEX_H_
