#include "src/identity/chain_check.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <new>

#include "src/identity/certificate_summary.h"

namespace certgate {
namespace {

int Severity(ChainStanding standing) noexcept {
  switch (standing) {
    case ChainStanding::kProven:
      return 0;
    case ChainStanding::kRevocationUnknown:
      return 1;
    case ChainStanding::kUnproven:
      break;
    case ChainStanding::kRevoked:
      return 3;
  }
  return 2;
}

// Trusted by being listed, not by the word of another certificate. Where no anchor was found this
// is the last certificate before the gap, and the chain is unproven in any case; where the leaf
// itself is listed, OpenSSL leaves its issuers in the chain as they were presented.
bool IsListedIntermediate(const X509_STORE_CTX* context, const ChainFault& fault,
                          const X509* certificate) noexcept {
  const int length = sk_X509_num(X509_STORE_CTX_get0_chain(context));
  return fault.depth > 0 && fault.depth == length - 1 && certificate != nullptr &&
         X509_self_signed(const_cast<X509*>(certificate), /*verify_signature=*/0) == 0;
}

// Takes in all faults of one verification, so that none can hide another.
class Faults {
 public:
  explicit Faults(const ChainQuestion& question) : question_(question) {}

  void Take(const X509_STORE_CTX* context) noexcept {
    const ChainFault fault{X509_STORE_CTX_get_error(context),
                           X509_STORE_CTX_get_error_depth(context)};
    const X509* const certificate = X509_STORE_CTX_get_current_cert(context);
    switch (KindOf(fault)) {
      case FaultKind::kChain:
        out_of_memory_ = out_of_memory_ || fault.error == X509_V_ERR_OUT_OF_MEM;
        return Keep(ChainStanding::kUnproven, fault);
      case FaultKind::kValidity:
        if (fault.depth == 0 || !question_.ca_validity_counts) return;
        return Keep(ChainStanding::kUnproven, fault);
      case FaultKind::kRevoked:
        if (fault.depth == unusable_depth_) return;
        return Keep(ChainStanding::kRevoked, fault);
      default:
        if (IsListedIntermediate(context, fault, certificate))
          unusable_depth_ = fault.depth;
        else
          TakeCrlFault(fault, certificate);
    }
  }

  void Keep(ChainStanding standing, const ChainFault& fault) noexcept {
    if (Severity(standing) <= Severity(standing_)) return;
    standing_ = standing;
    fault_ = fault;
  }

  STACK_OF(X509_CRL) * FindCrls(const X509_NAME* issuer) noexcept {
    return question_.revocation->index.Find(issuer, out_of_memory_);
  }

  ChainStanding standing() const { return standing_; }
  const ChainFault& fault() const { return fault_; }
  bool out_of_memory() const { return out_of_memory_; }

 private:
  void TakeCrlFault(const ChainFault& fault, const X509* certificate) noexcept {
    const RevocationRules* const rules = question_.revocation;
    const FaultKind kind = KindOf(fault);
    const bool is_allowed =
        rules != nullptr &&
        ((kind == FaultKind::kCrlExpired && rules->on_expired == RevocationFallback::kAllow) ||
         (kind == FaultKind::kCrlMissing && rules->on_missing == RevocationFallback::kAllow &&
          certificate != nullptr && !rules->index.HasUnusable(X509_get_issuer_name(certificate))));
    if (is_allowed) return;
    if (kind == FaultKind::kCrlUnusable) unusable_depth_ = fault.depth;
    Keep(ChainStanding::kRevocationUnknown, fault);
  }

  const ChainQuestion& question_;
  ChainStanding standing_ = ChainStanding::kProven;
  ChainFault fault_;
  // The last level whose CRL proves nothing: OpenSSL looks a certificate up in it all the same.
  int unusable_depth_ = -1;
  bool out_of_memory_ = false;
};

Faults& FaultsOf(const X509_STORE_CTX* context) noexcept {
  // NOLINTNEXTLINE: OpenSSL's macro for the index is a C cast.
  return *static_cast<Faults*>(X509_STORE_CTX_get_ex_data(context, 0));
}

// Goes on after each fault; what X509_verify_cert says at the end is then not the verdict.
int OnFault(int ok, X509_STORE_CTX* context) noexcept {
  if (ok != 1) FaultsOf(context).Take(context);
  return 1;
}

STACK_OF(X509_CRL) * FindCrls(const X509_STORE_CTX* context, const X509_NAME* issuer) noexcept {
  return FaultsOf(context).FindCrls(issuer);
}

X509StoreContextPtr NewContext(const ChainQuestion& question, Faults& faults) {
  X509StoreContextPtr context(X509_STORE_CTX_new());
  if (context == nullptr ||
      X509_STORE_CTX_init(context.get(), question.anchors, question.leaf, question.others) != 1 ||
      X509_STORE_CTX_set_default(context.get(), "ssl_client") != 1 ||
      X509_STORE_CTX_set_ex_data(context.get(), 0, &faults) != 1) {
    throw std::bad_alloc();
  }
  X509_STORE_CTX_set_verify_cb(context.get(), &OnFault);
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST;
  if (!question.at.has_value()) flags |= X509_V_FLAG_NO_CHECK_TIME;
  if (question.revocation != nullptr) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  X509_STORE_CTX_set_flags(context.get(), flags);
  if (question.at.has_value()) {
    X509_STORE_CTX_set_time(context.get(), 0, absl::ToTimeT(*question.at));
  }
  return context;
}

// The window in which every certificate of `chain` but the first is valid; nothing if a time
// cannot be read.
std::optional<ChainValidity> ValidityOf(STACK_OF(X509) * chain) {
  ChainValidity validity;
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    ChainValidity own;
    if (!ReadValidity(sk_X509_value(chain, i), own.not_before, own.not_after)) return std::nullopt;
    validity.not_before = std::max(validity.not_before, own.not_before);
    validity.not_after = std::min(validity.not_after, own.not_after);
  }
  return validity;
}

X509Ptr LastOf(STACK_OF(X509) * chain) {
  X509* const last = sk_X509_value(chain, sk_X509_num(chain) - 1);
  if (last == nullptr) return nullptr;
  if (X509_up_ref(last) != 1) throw std::bad_alloc();
  return X509Ptr(last);
}

// No anchor is beyond the last certificate of the chain.
bool IsDeadEnd(const ChainAnswer& answer) noexcept {
  if (answer.standing != ChainStanding::kUnproven) return false;
  switch (answer.fault.error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return true;
    default:
      return false;
  }
}

}  // namespace

X509StorePtr NewAnchorStore() {
  X509StorePtr store(X509_STORE_new());
  if (store == nullptr) throw std::bad_alloc();
  X509_STORE_set_lookup_crls(store.get(), &FindCrls);
  return store;
}

void Borrow(const std::vector<X509Ptr>& certificates, BorrowedStackPtr& stack) {
  if (stack == nullptr) stack.reset(sk_X509_new_null());
  if (stack == nullptr) throw std::bad_alloc();
  for (const X509Ptr& certificate : certificates) {
    if (sk_X509_push(stack.get(), certificate.get()) == 0) throw std::bad_alloc();
  }
}

ChainAnswer CheckChain(const ChainQuestion& question) {
  const OpensslErrorScope error_scope;
  Faults faults(question);
  const X509StoreContextPtr context = NewContext(question, faults);
  const bool is_done = X509_verify_cert(context.get()) == 1;
  const int error = X509_STORE_CTX_get_error(context.get());
  if (faults.out_of_memory() || (!is_done && error == X509_V_ERR_OUT_OF_MEM)) {
    throw std::bad_alloc();
  }
  // A failure of OpenSSL's own, which went past OnFault.
  if (!is_done) faults.Keep(ChainStanding::kUnproven, {error, 0});
  ChainAnswer answer;
  answer.standing = faults.standing();
  answer.fault = faults.fault();
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context.get());
  answer.validity = ValidityOf(chain);
  answer.anchor = LastOf(chain);
  return answer;
}

ChainAnswer CheckEveryWay(const ChainQuestion& question) {
  const BorrowedStackPtr others(question.others == nullptr ? sk_X509_new_null()
                                                           : sk_X509_dup(question.others));
  if (others == nullptr) throw std::bad_alloc();
  ChainQuestion way = question;
  way.others = others.get();
  way.revocation = nullptr;
  ChainAnswer answer = CheckChain(way);
  // Whatever could issue the last certificate has been left out before it, or is not there: each
  // is left out once at most.
  while (IsDeadEnd(answer) && answer.anchor.get() != question.leaf &&
         sk_X509_delete_ptr(others.get(), answer.anchor.get()) != nullptr) {
    answer = CheckChain(way);
  }
  if (answer.standing != ChainStanding::kProven || question.revocation == nullptr) return answer;
  way.revocation = question.revocation;
  return CheckChain(way);
}

}  // namespace certgate
