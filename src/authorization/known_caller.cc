#include "src/authorization/known_caller.h"

#include <algorithm>
#include <utility>

#include "src/audit/certificate_encoder.h"

namespace certgate {

KnownCaller::KnownCaller(std::string_view pem, std::string_view chain)
    : KnownCertificate(pem, chain, &EncodeCertificate) {}

// What was decided rests on the other chain.
KnownCaller::KnownCaller(const KnownCaller& known, std::string_view chain)
    : KnownCertificate(known, chain) {}

std::shared_ptr<const Grounds> KnownCaller::Recall(std::uint32_t method, std::string_view path,
                                                   std::uint64_t generation,
                                                   absl::Time now) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto& methods = memory_.methods;
  const auto found = std::find(methods.begin(), methods.end(), method);
  if (method == 0 || found == methods.end()) return nullptr;
  const auto& grounds = memory_.grounds[static_cast<std::size_t>(found - methods.begin())];
  // With the path a wrong number costs time, and nobody gets in by another method's decision.
  return grounds->HoldAt(generation, now) && grounds->path == path ? grounds : nullptr;
}

void KnownCaller::Remember(std::uint32_t method,
                           std::shared_ptr<const Grounds> grounds) const noexcept {
  if (method == 0 || grounds == nullptr) return;
  const std::lock_guard lock(mutex_);
  auto& methods = memory_.methods;
  const auto found = std::find(methods.begin(), methods.end(), method);
  std::size_t place = static_cast<std::size_t>(found - methods.begin());
  if (found == methods.end()) place = std::exchange(memory_.next, (memory_.next + 1) % kMethods);
  methods[place] = method;
  // What was there is freed when the lock is gone.
  memory_.grounds[place].swap(grounds);
}

}  // namespace certgate
