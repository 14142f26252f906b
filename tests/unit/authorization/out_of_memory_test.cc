// Fails each allocation on the way to a decision, one after the other.

#include <absl/time/clock.h>
#include <certgate/authorizer.h>

#include <cstdlib>
#include <new>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/recording_sink.h"

namespace {

// The allocation of this thread that fails, counted from 1; 0 for none.
thread_local long failing_allocation = 0;
thread_local long allocations = 0;
thread_local bool counting = false;

}  // namespace

// Not inlined: the compiler would see through one half of a pair and complain of the other.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (counting && ++allocations == failing_allocation) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace certgate::testing {
namespace {

constexpr char kPolicy[] =
    "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n      - cn: ada\n";

struct Attempt {
  Authorization authorization;
  long allocations_made = 0;
};

Attempt AuthorizeFailing(Authorizer& authorizer, const CallFacts& call, long nth) {
  Attempt attempt;
  allocations = 0;
  failing_allocation = nth;
  counting = true;
  attempt.authorization = authorizer.Authorize(call);
  counting = false;
  attempt.allocations_made = allocations;
  return attempt;
}

}  // namespace

TEST_CASE("whichever allocation fails nobody is let in unrecorded and the process lives") {
  const CertificateAuthority authority("unit CA");
  const bool listed = GENERATE(true, false);
  const std::string pem = authority.Issue(listed ? "CN=ada" : "CN=eve").certificate_pem;
  const CallFacts call{.path = "/acme.Shop/Buy", .verified_certificate_pem = pem};
  long failures = 0;
  for (long nth = 1;; ++nth) {
    // Afresh each time, so that the identity is read and not remembered.
    const auto recording = std::make_shared<Recording>();
    const auto authorizer = *Authorizer::Create(
        {.policy = ParsePolicy(kPolicy, "p.yaml").policy, .audit_log = RecordingLog(recording)});
    const Attempt attempt = AuthorizeFailing(*authorizer, call, nth);
    const std::size_t records = recording->lines().size();
    CHECK(records <= 1);
    if (attempt.authorization.admitted()) {
      CHECK(listed);
      CHECK(records == 1);
    }
    if (attempt.allocations_made < nth) break;  // There were not so many: all have had their turn.
    ++failures;
  }
  CHECK(failures > 5);
}

}  // namespace certgate::testing
