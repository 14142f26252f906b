// A hundred thousand certificates are seen by one authorizer, many times as many as it remembers.

#include <certgate/authorizer.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/line_sink.h"
#include "tests/support/sanitized.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr std::size_t kCertificates = kIsSanitized ? 3'000 : 100'000;
constexpr std::size_t kCapacity = 4096 / (kIsSanitized ? 32 : 1);
constexpr std::size_t kThreads = 4;

// Those whose number ends in 7 may buy.
bool MayBuy(std::size_t number) { return number % 10 == 7; }

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "methods:\n"
    "  /acme.Shop/Buy:\n"
    "    allow:\n"
    "      - cn: client-*7\n"
    "  /acme.Shop/Look:\n"
    "    allow:\n"
    "      - cn: client-*\n"
    "...\n";

/// Counts the records.
class CountingSink final : public LineSink {
 public:
  explicit CountingSink(std::atomic<std::size_t>& records) : records_(records) {}
  std::string name() const override { return "counting"; }

 protected:
  absl::Status Take(std::string_view) override {
    ++records_;
    return absl::OkStatus();
  }

 private:
  std::atomic<std::size_t>& records_;
};

// So many threads do `work`, each with its own part of the certificates.
template <typename Work>
void InThreads(const Work& work) {
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&work, thread] { work(thread); });
  }
  for (std::thread& thread : threads) thread.join();
}

std::vector<std::string> Mint(const CertificateAuthority& authority) {
  std::vector<std::string> certificates(kCertificates);
  InThreads([&](std::size_t thread) {
    CertificateRequest request;
    request.has_key_of_authority = true;
    for (std::size_t i = thread; i < kCertificates; i += kThreads) {
      request.subject = {{"CN", "client-" + std::to_string(i)}};
      certificates[i] = authority.Issue(request).certificate_pem;
    }
  });
  return certificates;
}

}  // namespace

TEST_CASE("of many more certificates than are remembered each is decided right") {
  const CertificateAuthority authority("unit CA");
  const std::vector<std::string> certificates = Mint(authority);
  const auto policy = ParsePolicy(kPolicy, "policy.yaml").policy;
  REQUIRE(policy != nullptr);
  std::atomic<std::size_t> records = 0;
  const auto authorizer =
      *Authorizer::Create({.policy = policy,
                           .trust = TrustIn(authority.certificate_pem(), *policy),
                           .audit_log = LogTo(std::make_unique<CountingSink>(records)),
                           .identity_cache_capacity = kCapacity});
  const std::uint32_t buy = authorizer->NumberOf("/acme.Shop/Buy");
  const std::uint32_t look = authorizer->NumberOf("/acme.Shop/Look");
  std::atomic<std::size_t> wrong = 0;
  std::atomic<std::size_t> calls = 0;
  std::atomic<std::size_t> most_known = 0;
  const auto ask = [&](std::size_t number) {
    CallFacts call = {
        .path = "/acme.Shop/Buy", .verified_certificate_pem = certificates[number], .method = buy};
    const Authorization bought = authorizer->Authorize(call);
    call.path = "/acme.Shop/Look";
    call.method = look;
    const Authorization looked = authorizer->Authorize(call);
    if (bought.admitted() != MayBuy(number) || !looked.admitted() ||
        bought.caller()->common_name != "client-" + std::to_string(number)) {
      ++wrong;
    }
    calls += 2;
    const std::size_t known = authorizer->figures().known_certificates;
    for (std::size_t most = most_known; known > most;) {
      if (most_known.compare_exchange_weak(most, known)) break;
    }
  };
  InThreads([&](std::size_t thread) {
    std::mt19937 random(static_cast<unsigned>(thread));
    for (std::size_t i = thread; i < kCertificates; i += kThreads) {
      ask(i);
      // One that is likely to be known, and one that is likely to be forgotten.
      ask(i - i % 4);
      if (i % 16 == thread) ask(random() % kCertificates);
    }
  });
  CHECK(wrong == 0);
  CHECK(records == calls);
  CHECK(most_known == kCapacity);
  CHECK(authorizer->figures().known_certificates == kCapacity);
}

}  // namespace certgate::testing
