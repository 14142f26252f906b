#ifndef CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PATH_H_
#define CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PATH_H_

#include <string>
#include <string_view>
#include <vector>

namespace certgate {

/// A path of a gRPC authorization policy as a method key.
struct AuthzPath {
  enum class Fit {
    kSame,    // `key` matches the same calls
    kWider,   // `key` is the narrowest that matches all of them
    kNoCall,  // no call can have such a path: certgate refuses those that are not `/service/method`
  };

  Fit fit = Fit::kNoCall;
  std::string key;
};

AuthzPath ImportAuthzPath(std::string_view value);

/// The paths that both `value` and one of the method keys `allowed` match, as method keys: for a
/// deny rule it is enough to deny those. Of `*/Drop` under `/acme.shop.Orders/*` it is just
/// `/acme.shop.Orders/Drop`. `kWider` means that the key matches more of the allowed paths than
/// `value` does. Empty if there is no such path.
std::vector<AuthzPath> ImportAuthzPathWithin(std::string_view value,
                                             const std::vector<std::string>& allowed);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_IMPORT_AUTHZ_PATH_H_
