#include "src/server/inputs.h"

namespace certgate {
namespace {

RevocationFallback FallbackOf(const std::string& choice) {
  return choice == "allow" ? RevocationFallback::kAllow : RevocationFallback::kDeny;
}

}  // namespace

ServerFiles FilesOf(const ServerSettings& settings) {
  ServerFiles files;
  files.policy = settings.policy;
  files.certificate = settings.cert;
  files.private_key = settings.key;
  files.trust.client_ca = settings.client_ca;
  files.trust.crls = settings.crl.files;
  files.trust.on_missing = FallbackOf(settings.crl.on_missing);
  files.trust.on_expired = FallbackOf(settings.crl.on_expired);
  return files;
}

}  // namespace certgate
