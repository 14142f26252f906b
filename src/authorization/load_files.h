#ifndef CERTGATE_SRC_AUTHORIZATION_LOAD_FILES_H_
#define CERTGATE_SRC_AUTHORIZATION_LOAD_FILES_H_

#include <absl/time/time.h>
#include <certgate/diagnostic.h>
#include <certgate/policy.h>
#include <certgate/trust.h>

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "src/authorization/source_reader.h"
#include "src/identity/authority.h"

namespace certgate {

/// Policy, client CAs and CRLs, as they belong together.
struct RulesLoad {
  /// Both null exactly if one of `diagnostics` is an error.
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const Trust> trust;
  std::string policy_text;
  /// The CA files of authorities, by path, as they were read.
  std::map<std::string, SourceReader::Content> authority_files;
  std::vector<Diagnostic> diagnostics;
};

/// Reads and checks them, and that they fit together (`CheckTogether`). Reports all that is wrong
/// with any of the files. Throws std::bad_alloc.
RulesLoad LoadRules(const std::string& policy_file, const TrustFiles& trust, SourceReader& files);

/// The server's certificate and key.
struct KeyPairLoad {
  std::string certificate;
  std::string private_key;
  absl::Time not_after = absl::InfinitePast();
  /// The two are of use only if none of these is an error.
  std::vector<Diagnostic> diagnostics;
};

/// Reads both files and checks them (`CheckServerKeyPair`). Throws std::bad_alloc.
KeyPairLoad LoadKeyPair(const std::string& certificate_file, const std::string& key_file,
                        absl::Time now, SourceReader& files);

/// The CRL files that `path` names: itself, or those in the directory that it is.
std::variant<std::vector<std::string>, Problem> ListCrlFiles(const std::string& path,
                                                             SourceReader& files);

/// Reads the files of a `Trust` with a policy's `authorities`; null after adding to `diagnostics`
/// all that is wrong with them. Throws std::bad_alloc.
std::shared_ptr<const Trust> LoadTrustFiles(const TrustFiles& trust,
                                            const std::vector<Authority>& authorities,
                                            SourceReader& files,
                                            std::vector<Diagnostic>& diagnostics);

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_LOAD_FILES_H_
