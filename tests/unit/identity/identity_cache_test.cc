#include "src/identity/identity_cache.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "src/identity/reading_limits.h"
#include "tests/support/catch2.h"
#include "tests/unit/identity/mint.h"

namespace certgate::testing {
namespace {

std::string Issue(const std::string& common_name) {
  return Authority().Issue("CN=" + common_name).certificate_pem;
}

// Text that is no certificate: refused quickly, and cached like any other.
std::string Garbage(std::size_t number) { return "garbage " + std::to_string(number); }

TEST_CASE("a certificate seen before gives the same reading") {
  IdentityCache<KnownCertificate> cache(8);
  const std::string pem = Issue("app");
  const auto first = cache.Find(pem, "");
  REQUIRE(first->reading()->identity != nullptr);
  CHECK(first->reading()->identity->common_name == "app");
  CHECK(cache.Find(std::string(pem), "") == first);
  CHECK(cache.figures().size == 1);
}

TEST_CASE("two certificates never share a reading") {
  IdentityCache<KnownCertificate> cache(8);
  const auto app = cache.Find(Issue("app"), "");
  const auto other = cache.Find(Issue("other"), "");
  CHECK(app->reading()->identity->common_name == "app");
  CHECK(other->reading()->identity->common_name == "other");
  CHECK(cache.figures().size == 2);
}

TEST_CASE("the key is the whole text") {
  IdentityCache<KnownCertificate> cache(8);
  const std::string pem = Issue("app");
  const auto reading = cache.Find(pem, "");
  CHECK(cache.Find(pem + "\n", "") != reading);
  CHECK(cache.Find(pem.substr(0, pem.size() / 2), "")->reading()->identity == nullptr);
  CHECK(cache.Find(pem, "") == reading);
}

TEST_CASE("a refused reading is remembered too") {
  IdentityCache<KnownCertificate> cache(8);
  const auto reading = cache.Find(Garbage(1), "");
  CHECK(reading->reading()->identity == nullptr);
  CHECK(cache.Find(Garbage(1), "") == reading);
  CHECK(cache.figures().size == 1);
}

TEST_CASE("a text over the limit is refused and not kept") {
  IdentityCache<KnownCertificate> cache(8);
  const std::string text(kMaxPemBytes + 1, 'x');
  CHECK(cache.Find(text, "")->reading()->identity == nullptr);
  CHECK(cache.figures().size == 0);
}

TEST_CASE("the cache never holds more than its capacity") {
  const std::size_t capacity = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{63},
                                        std::size_t{130}, std::size_t{1000});
  IdentityCache<KnownCertificate> cache(capacity);
  for (std::size_t i = 0; i < 3 * capacity + 10; ++i) {
    cache.Find(Garbage(i), "");
    REQUIRE(cache.figures().size <= capacity);
  }
  CHECK(cache.figures().size == capacity);
}

TEST_CASE("a cache without room reads all the same") {
  IdentityCache<KnownCertificate> cache(0);
  CHECK(cache.Find(Issue("app"), "")->reading()->identity != nullptr);
  CHECK(cache.figures().size == 0);
}

TEST_CASE("a cache of one holds the last") {
  IdentityCache<KnownCertificate> cache(1);
  const auto first = cache.Find(Garbage(1), "");
  const auto second = cache.Find(Garbage(2), "");
  CHECK(cache.Find(Garbage(2), "") == second);
  CHECK(cache.Find(Garbage(1), "") != first);
  CHECK(cache.figures().size == 1);
}

TEST_CASE("the reading used least recently makes room") {
  IdentityCache<KnownCertificate> cache(3);
  const auto first = cache.Find(Garbage(1), "");
  const auto second = cache.Find(Garbage(2), "");
  const auto third = cache.Find(Garbage(3), "");
  CHECK(cache.Find(Garbage(1), "") == first);
  cache.Find(Garbage(4), "");
  CHECK(cache.figures().size == 3);
  CHECK(cache.Find(Garbage(1), "") == first);
  CHECK(cache.Find(Garbage(3), "") == third);
  CHECK(cache.Find(Garbage(2), "") != second);
}

TEST_CASE("a reading outlives its place in the cache") {
  std::shared_ptr<const KnownCertificate> reading;
  {
    IdentityCache<KnownCertificate> cache(1);
    reading = cache.Find(Issue("app"), "");
    cache.Find(Garbage(1), "");
  }
  CHECK(reading->reading()->identity->common_name == "app");
}

TEST_CASE("eight threads read the right certificates within the bound") {
  constexpr std::size_t kCertificates = 40;
  constexpr std::size_t kCapacity = 24;
  std::vector<std::string> pems;
  for (std::size_t i = 0; i < kCertificates; ++i) pems.push_back(Issue("app" + std::to_string(i)));

  IdentityCache<KnownCertificate> cache(kCapacity);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < 2'000; ++i) {
        const std::size_t which = (i * (2 * thread + 1) + thread) % kCertificates;
        const auto reading = cache.Find(pems[which], "");
        if (reading->reading()->identity == nullptr ||
            reading->reading()->identity->common_name != "app" + std::to_string(which) ||
            cache.figures().size > kCapacity) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(cache.figures().size == kCapacity);
}

TEST_CASE("threads that miss together end with one reading") {
  IdentityCache<KnownCertificate> cache(1024);
  const std::string pem = Issue("app");
  std::vector<std::shared_ptr<const KnownCertificate>> readings(8);
  std::vector<std::thread> threads;
  for (auto& reading : readings) threads.emplace_back([&] { reading = cache.Find(pem, ""); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& reading : readings) CHECK(reading == readings.front());
  CHECK(cache.figures().size == 1);
}

}  // namespace
}  // namespace certgate::testing
