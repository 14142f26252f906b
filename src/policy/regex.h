#ifndef CERTGATE_SRC_POLICY_REGEX_H_
#define CERTGATE_SRC_POLICY_REGEX_H_

#include <certgate/decision.h>

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace certgate {

/// One `{ regex: ... }` of a policy, compiled: an RE2 expression that must match the whole of a
/// value. Time is linear in the value's length whatever the expression (RE2 never backtracks).
/// Immutable and thread-safe.
class Regex {
 public:
  /// `field` decides about upper and lower case: `dns` names have none. See `error`.
  Regex(Field field, std::string_view expression);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Why the expression does not compile, in RE2's words; empty if it does.
  std::string error() const;

  /// For an expression that compiles.
  bool Matches(std::string_view text) const;

  /// What every text that matches begins with; often empty.
  std::string LiteralPrefix() const;

 private:
  std::unique_ptr<re2::RE2> re2_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_REGEX_H_
