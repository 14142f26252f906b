#include "tests/support/served_files.h"

#include <filesystem>

#include "src/authorization/source_reader.h"

namespace certgate::testing {

ServedFiles::ServedFiles(const std::string& policy) {
  const MintedCertificate server = IssueServer();
  paths.policy = scratch_.Write("policy.yaml", policy);
  paths.certificate = scratch_.Write("server.crt", server.certificate_pem);
  paths.private_key = scratch_.Write("server.key", server.private_key_pem);
  paths.trust.client_ca = scratch_.Write("ca.crt", authority_.certificate_pem());
}

MintedCertificate ServedFiles::IssueServer(absl::Duration life) const {
  CertificateRequest request;
  request.subject = {{"CN", "localhost"}};
  request.alternative_names = {"DNS:localhost", "IP:127.0.0.1"};
  request.not_after = absl::Now() + life;
  return authority_.Issue(request);
}

void ServedFiles::Replace(const std::string& name, const std::string& content) const {
  std::filesystem::rename(scratch_.Write(name + ".new", content), PathOf(name));
}

bool Eventually(const std::function<bool()>& is_so) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!is_so()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

std::string VersionOf(const std::string& policy) { return "sha256:" + Sha256Hex(policy); }

}  // namespace certgate::testing
