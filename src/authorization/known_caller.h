#ifndef CERTGATE_SRC_AUTHORIZATION_KNOWN_CALLER_H_
#define CERTGATE_SRC_AUTHORIZATION_KNOWN_CALLER_H_

#include <absl/time/time.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "src/authorization/grounds.h"
#include "src/identity/known_certificate.h"

namespace certgate {

/// A certificate, and what was decided last about its holder. Thread-safe.
class KnownCaller final : public KnownCertificate {
 public:
  /// As for `KnownCertificate`; the description is what records show of the certificate.
  KnownCaller(std::string_view pem, std::string_view chain);
  KnownCaller(const KnownCaller& known, std::string_view chain);

  /// What was decided about `path`, the method `method` of `Authorizer::NumberOf`, if it still
  /// holds at `now` under the snapshot `generation`; else null.
  std::shared_ptr<const Grounds> Recall(std::uint32_t method, std::string_view path,
                                        std::uint64_t generation, absl::Time now) const noexcept;

  /// Keeps `grounds` for the method `method`, in the place of what was kept for it, or of the
  /// oldest if there is no more room.
  void Remember(std::uint32_t method, std::shared_ptr<const Grounds> grounds) const noexcept;

  /// The most methods of one caller for which something is kept. With as many of them as there are
  /// certificates in the cache, some 1.5 KiB each, this is what bounds the memory.
  static constexpr std::size_t kMethods = 8;

 private:
  // Apart from the pointers, so that looking through them touches one cache line.
  struct Memory {
    std::array<std::uint32_t, kMethods> methods{};  // 0 for none
    std::array<std::shared_ptr<const Grounds>, kMethods> grounds{};
    std::size_t next = 0;
  };

  mutable std::mutex mutex_;
  mutable Memory memory_;  // guarded by mutex_
};

}  // namespace certgate

#endif  // CERTGATE_SRC_AUTHORIZATION_KNOWN_CALLER_H_
