#ifndef CERTGATE_SRC_INTERCEPTOR_CALL_END_KEYS_H_
#define CERTGATE_SRC_INTERCEPTOR_CALL_END_KEYS_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// Which methods have the ends of their calls recorded. Immutable.
class CallEndKeys {
 public:
  /// None.
  CallEndKeys() = default;

  /// `keys` are written as in policies: `/package.Service/Method`, `/package.Service/*`,
  /// `/package.*`, `*`. InvalidArgument for anything else.
  static absl::StatusOr<CallEndKeys> Parse(const std::vector<std::string>& keys);

  /// `path` as gRPC has it: `/package.Service/Method`.
  bool Hold(std::string_view path) const;

 private:
  std::vector<std::string> methods_;
  // What paths begin with.
  std::vector<std::string> scopes_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_INTERCEPTOR_CALL_END_KEYS_H_
