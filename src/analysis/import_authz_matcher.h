#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_MATCHER_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_MATCHER_H_

#include <string>
#include <string_view>

namespace certgate {

/// A value of a gRPC authorization policy (gRFC A43).
struct AuthzMatcher {
  enum class Kind {
    kExact,     // `abc`; a `*` in the middle is a `*`
    kPrefix,    // `abc*`
    kSuffix,    // `*abc`
    kPresence,  // `*`: whatever is not empty
    kUnclear,   // `*abc*`: a suffix to gRPC C++, a prefix to gRPC Go
  };

  Kind kind = Kind::kExact;
  /// Without the `*` that makes it a pattern.
  std::string text;
};

AuthzMatcher ParseAuthzMatcher(std::string_view value);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_MATCHER_H_
