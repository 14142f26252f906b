#include "src/server/caller_service.h"

#include <absl/time/clock.h>
#include <absl/time/time.h>
#include <certgate/caller.h>
#include <certgate/decision.h>
#include <certgate/peer_identity.h>

#include <algorithm>
#include <utility>

#include "src/server/proto_time.h"

namespace certgate {
namespace {

template <typename Repeated>
void Copy(const std::vector<std::string>& from, Repeated* to) {
  to->Add(from.begin(), from.end());
}

void Describe(const PeerIdentity& caller, absl::Time now, v1::Identity* identity) {
  identity->set_common_name(caller.common_name.value_or(""));
  Copy(caller.organizational_units, identity->mutable_organizational_units());
  Copy(caller.organizations, identity->mutable_organizations());
  Copy(caller.dns_names, identity->mutable_dns_names());
  Copy(caller.uris, identity->mutable_uris());
  Copy(caller.emails, identity->mutable_emails());
  Copy(caller.ip_addresses, identity->mutable_ip_addresses());
  identity->set_spiffe_id(caller.spiffe_id);
  identity->set_serial_number(caller.certificate.serial_number);
  identity->set_sha256(caller.certificate.sha256);
  identity->set_subject(caller.certificate.subject);
  identity->set_issuer(caller.certificate.issuer);
  *identity->mutable_not_before() = ToTimestamp(caller.certificate.not_before);
  *identity->mutable_not_after() = ToTimestamp(caller.certificate.not_after);
  for (const VouchingAuthority& authority : caller.authorities) {
    if (IsVouching(authority, now)) identity->add_authorities(authority.name);
  }
}

}  // namespace

CallerService::CallerService(std::shared_ptr<const Authorizer> authorizer)
    : authorizer_(std::move(authorizer)) {}

void CallerService::ListMethods(std::vector<std::string> methods) {
  methods_ = std::move(methods);
  std::sort(methods_.begin(), methods_.end());
}

grpc::ServerUnaryReactor* CallerService::WhoAmI(grpc::CallbackServerContext* context,
                                                const v1::WhoAmIRequest* /*request*/,
                                                v1::WhoAmIResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const std::shared_ptr<const PeerIdentity> caller = CallerOf(context);
  if (caller == nullptr) {
    reactor->Finish(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the caller is not known"));
    return reactor;
  }
  Describe(*caller, absl::Now(), response->mutable_identity());
  for (const std::string& method : methods_) {
    if (authorizer_->Preview(*caller, method).effect == Effect::kAllow) {
      response->add_allowed_methods(method);
    }
  }
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace certgate
