#ifndef CERTGATE_TESTS_UNIT_AUDIT_KEY_FILES_H_
#define CERTGATE_TESTS_UNIT_AUDIT_KEY_FILES_H_

#include <string>

#include "tests/support/scratch_directory.h"

namespace certgate::testing {

/// A new pair of keys of the algorithm, such as `ED25519` or `X25519`, as PEM files `signing.key`
/// and `signing.pub` in a directory of their own.
class KeyFiles {
 public:
  explicit KeyFiles(const std::string& algorithm = "ED25519");

  std::string private_key() const { return scratch_.PathOf("signing.key"); }
  std::string public_key() const { return scratch_.PathOf("signing.pub"); }
  /// The private key again, under the passphrase `secret`.
  std::string locked_key() const { return scratch_.PathOf("locked.key"); }

 private:
  ScratchDirectory scratch_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_KEY_FILES_H_
