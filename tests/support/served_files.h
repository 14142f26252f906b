#ifndef CERTGATE_TESTS_SUPPORT_SERVED_FILES_H_
#define CERTGATE_TESTS_SUPPORT_SERVED_FILES_H_

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/reloader.h>

#include <functional>
#include <string>

#include "tests/support/certificate_minter.h"
#include "tests/support/scratch_directory.h"

namespace certgate::testing {

/// All the files of a guarded server, in a directory of their own, and the authority that issued
/// what needs one.
class ServedFiles {
 public:
  explicit ServedFiles(const std::string& policy);

  const ScratchDirectory& scratch() const { return scratch_; }
  const CertificateAuthority& authority() const { return authority_; }
  /// A server's certificate of this authority, for 127.0.0.1.
  MintedCertificate IssueServer(absl::Duration life = absl::Hours(24 * 90)) const;
  /// What a reloader takes; tests change it before the start.
  ServerFiles paths;

  std::string PathOf(const std::string& name) const { return scratch_.PathOf(name); }
  /// Puts a file in the place of another in one step: nobody ever sees half of it.
  void Replace(const std::string& name, const std::string& content) const;

 private:
  const ScratchDirectory scratch_;
  const CertificateAuthority authority_{"certgate test CA"};
};

/// Asks again and again until it is so, for half a minute at most.
bool Eventually(const std::function<bool()>& is_so);

/// The version that records give a policy of these bytes.
std::string VersionOf(const std::string& policy);

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_SUPPORT_SERVED_FILES_H_
