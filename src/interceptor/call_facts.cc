#include "src/interceptor/call_facts.h"

#include <grpc/grpc_security_constants.h>

#include <optional>

namespace certgate {
namespace {

/// The value of the property `name`, if the context holds exactly one of that name. Two
/// certificates for one peer would leave open which of them is the caller's.
std::optional<std::string_view> OnlyProperty(const grpc_auth_context* context, const char* name) {
  grpc_auth_property_iterator iterator = grpc_auth_context_find_properties_by_name(context, name);
  const grpc_auth_property* property = grpc_auth_property_iterator_next(&iterator);
  if (property == nullptr || grpc_auth_property_iterator_next(&iterator) != nullptr) {
    return std::nullopt;
  }
  return std::string_view(property->value, property->value_length);
}

/// TLS is what verifies a certificate; another transport's claim of one is not proof.
bool IsTls(const grpc_auth_context* context) {
  const auto type = OnlyProperty(context, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME);
  return type == GRPC_SSL_TRANSPORT_SECURITY_TYPE || type == GRPC_TLS_TRANSPORT_SECURITY_TYPE;
}

}  // namespace

PeerOfCall::PeerOfCall(grpc_call* call) noexcept
    : address_(grpc_call_get_peer(call)), context_(grpc_call_auth_context(call)) {}

CallFacts PeerOfCall::Facts(std::string_view path) const noexcept {
  CallFacts facts;
  facts.path = path;
  if (address_ != nullptr) facts.peer_address = address_.get();
  if (context_ == nullptr || !IsTls(context_.get())) return facts;
  facts.verified_certificate_pem = OnlyProperty(context_.get(), GRPC_X509_PEM_CERT_PROPERTY_NAME);
  facts.presented_chain_pem =
      OnlyProperty(context_.get(), GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME).value_or("");
  facts.tls_resumed =
      OnlyProperty(context_.get(), GRPC_SSL_SESSION_REUSED_PROPERTY) == std::string_view("true");
  return facts;
}

}  // namespace certgate
