#ifndef CERTGATE_SRC_POLICY_LOAD_AUTHORITIES_H_
#define CERTGATE_SRC_POLICY_LOAD_AUTHORITIES_H_

#include <string>
#include <utility>
#include <vector>

#include "src/policy/document.h"
#include "src/policy/load_node.h"
#include "src/yaml/diagnostic_log.h"
#include "src/yaml/input_file.h"
#include "src/yaml/reader.h"

namespace certgate {

/// Reads the authorities of a policy with the CA files that they name.
class AuthorityReader {
 public:
  /// Relative paths of CA files are relative to the folder of `policy_file`. `read` reads them.
  AuthorityReader(DiagnosticLog& log, std::string policy_file, FileReader read)
      : log_(log), policy_file_(std::move(policy_file)), read_(std::move(read)) {}

  /// The name of the next authority.
  void Begin(const YamlScalar& name);
  /// Says what the value of `key` must be; `kSkip` after reporting a key that is not allowed.
  Node OnKey(const YamlScalar& key);
  /// A key that has been reported and may have been meant to be `ca_file`.
  void OnRejectedKey() { has_ca_file_ = true; }
  void OnCaFile(const YamlScalar& scalar);
  /// Reports an authority without a CA.
  void End();

  /// After the last one: reports two authorities that share a CA and so cannot be told apart.
  std::vector<AuthorityRules> Finish();

 private:
  DiagnosticLog& log_;
  const std::string policy_file_;
  const FileReader read_;
  std::vector<AuthorityRules> authorities_;
  bool has_ca_file_ = false;
};

}  // namespace certgate

#endif  // CERTGATE_SRC_POLICY_LOAD_AUTHORITIES_H_
