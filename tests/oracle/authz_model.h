#ifndef CERTGATE_TESTS_ORACLE_AUTHZ_MODEL_H_
#define CERTGATE_TESTS_ORACLE_AUTHZ_MODEL_H_

#include <certgate/peer_identity.h>

#include <iosfwd>
#include <string>
#include <vector>

// gRPC authorization policies as gRFC A43 describes them, evaluated plainly, to compare imported
// policies with.
namespace certgate::oracle {

struct AuthzRuleModel {
  std::vector<std::string> principals;
  std::vector<std::string> paths;
  bool has_headers = false;
};

struct AuthzModel {
  std::vector<AuthzRuleModel> deny;
  std::vector<AuthzRuleModel> allow;
};

/// gRPC C++ and gRPC Go read `*abc*` differently.
enum class AuthzDialect { kCpp, kGo };

/// A caller with a certificate, as certgate sees it and as gRPC does.
struct AuthzCaller {
  PeerIdentity identity;
  /// The text of the whole subject (RFC 4514).
  std::string subject;
  /// False for certificates with which only a stranger authority would come: nothing in the subject
  /// that an entry selects by, or names of the wrong form.
  bool is_ordinary = true;
};

std::vector<AuthzCaller> AuthzVocabulary();

/// Whether A43 lets `caller` call `path`, with headers that match each rule's headers or none.
bool AuthzAllows(const AuthzModel& model, const AuthzCaller& caller, const std::string& path,
                 bool headers_match, AuthzDialect dialect);

/// The policy as JSON.
std::string AuthzJson(const AuthzModel& model);

void showValue(const AuthzModel& model, std::ostream& os);

}  // namespace certgate::oracle

#endif  // CERTGATE_TESTS_ORACLE_AUTHZ_MODEL_H_
