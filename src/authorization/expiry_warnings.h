#ifndef CERTGATE_SRC_AUTHORIZATION_EXPIRY_WARNINGS_H_
#define CERTGATE_SRC_AUTHORIZATION_EXPIRY_WARNINGS_H_

#include <absl/time/time.h>
#include <certgate/reloader.h>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace certgate {

/// Says once for each certificate that it ends within 30, 7 and 1 days, and once that it has ended;
/// for CRLs, which live shorter, within 3 days, 1 day and 6 hours. Not thread-safe.
class ExpiryWarnings {
 public:
  /// The sentences that are due at `now`. What was said of those that are not in `expiries` any
  /// more is forgotten.
  std::vector<std::string> Due(const std::vector<Expiry>& expiries, absl::Time now);

 private:
  using Key = std::tuple<Expiry::Kind, std::string, absl::Time>;
  // How many of its warnings each has had.
  std::map<Key, std::size_t> said_;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_EXPIRY_WARNINGS_H_
