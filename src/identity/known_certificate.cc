#include "src/identity/known_certificate.h"

#include <utility>

namespace certgate {
namespace {

bool Holds(const StandingIdentity& found, const Trust& trust, absl::Time now) {
  return found.trust_id == trust.id() && found.from <= now && now < found.until;
}

}  // namespace

KnownCertificate::KnownCertificate(std::string_view pem, std::string_view chain, Describe describe)
    : pem_(pem),
      chain_(chain),
      reading_(std::make_shared<const IdentityReading>(ReadPeerIdentity(pem))),
      description_(describe == nullptr ? std::string() : describe(*reading_)) {}

KnownCertificate::KnownCertificate(const KnownCertificate& known, std::string_view chain)
    : pem_(known.pem_), chain_(chain), reading_(known.reading_), description_(known.description_) {}

std::shared_ptr<const StandingIdentity> KnownCertificate::Under(const Trust& trust,
                                                                absl::Time now) const {
  if (reading_->identity == nullptr) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (last_ != nullptr && Holds(*last_, trust, now)) return last_;
  }
  // Without the lock: calls under another snapshot, or of which the answer is known, do not wait.
  std::shared_ptr<const StandingIdentity> found = Verify(trust, now);
  const std::lock_guard lock(mutex_);
  last_ = found;
  return found;
}

std::shared_ptr<const StandingIdentity> KnownCertificate::Verify(const Trust& trust,
                                                                 absl::Time now) const {
  ChainFinding finding = trust.Verify(pem_, chain_, now);
  auto standing = std::make_shared<StandingIdentity>();
  standing->identity = *reading_->identity;
  standing->identity.standing = finding.standing;
  standing->identity.standing_detail = std::move(finding.detail);
  standing->identity.authorities = std::move(finding.authorities);
  standing->from = finding.from;
  standing->until = finding.until;
  standing->trust_id = trust.id();
  return standing;
}

}  // namespace certgate
