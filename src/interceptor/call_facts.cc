#include "src/interceptor/call_facts.h"

#include <grpc/grpc_security_constants.h>

#include <optional>

namespace certgate {
namespace {

/// A property of which the context should hold exactly one. Two certificates for one peer would
/// leave open which of them is the caller's.
class OnlyProperty {
 public:
  void Take(const grpc_auth_property& property) {
    is_only_ = !value_.has_value();
    value_ = std::string_view(property.value, property.value_length);
  }
  std::optional<std::string_view> value() const { return is_only_ ? value_ : std::nullopt; }

 private:
  std::optional<std::string_view> value_;
  bool is_only_ = false;
};

/// What the context of one connection says, in one walk through it: to ask for each property by its
/// name is a walk each.
struct Properties {
  explicit Properties(const grpc_auth_context* context) {
    grpc_auth_property_iterator iterator = grpc_auth_context_property_iterator(context);
    while (const grpc_auth_property* property = grpc_auth_property_iterator_next(&iterator)) {
      if (OnlyProperty* const known = Find(property->name)) known->Take(*property);
    }
  }

  OnlyProperty* Find(std::string_view name) {
    if (name == GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME) return &security_type;
    if (name == GRPC_X509_PEM_CERT_PROPERTY_NAME) return &certificate;
    if (name == GRPC_X509_PEM_CERT_CHAIN_PROPERTY_NAME) return &chain;
    if (name == GRPC_SSL_SESSION_REUSED_PROPERTY) return &session_reused;
    return nullptr;
  }

  /// TLS is what verifies a certificate; another transport's claim of one is not proof.
  bool AreOfTls() const {
    const auto type = security_type.value();
    return type == GRPC_SSL_TRANSPORT_SECURITY_TYPE || type == GRPC_TLS_TRANSPORT_SECURITY_TYPE;
  }

  OnlyProperty security_type;
  OnlyProperty certificate;
  OnlyProperty chain;
  OnlyProperty session_reused;
};

}  // namespace

PeerOfCall::PeerOfCall(grpc_call* call) noexcept
    : address_(grpc_call_get_peer(call)), context_(grpc_call_auth_context(call)) {}

CallFacts PeerOfCall::Facts(std::string_view path) const noexcept {
  CallFacts facts;
  facts.path = path;
  if (address_ != nullptr) facts.peer_address = address_.get();
  if (context_ == nullptr) return facts;
  const Properties properties(context_.get());
  if (!properties.AreOfTls()) return facts;
  facts.verified_certificate_pem = properties.certificate.value();
  facts.presented_chain_pem = properties.chain.value().value_or("");
  facts.tls_resumed = properties.session_reused.value() == std::string_view("true");
  return facts;
}

}  // namespace certgate
