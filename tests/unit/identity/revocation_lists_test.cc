#include "src/identity/revocation_lists.h"

#include <absl/time/time.h>

#include <cstddef>
#include <string>

#include "tests/support/catch2.h"
#include "tests/support/certificate_minter.h"
#include "tests/support/der_writer.h"
#include "tests/unit/identity/mint.h"
#include "tests/unit/identity/trust_world.h"

namespace certgate::testing {
namespace {

std::string Why(const std::string& content) {
  return std::string(ReadRevocationLists(content).status().message());
}

std::string WithExtension(const std::string& name, const std::string& value) {
  return Authority().IssueCrl({.extra_extensions = {der::Extension(name, false, value)}});
}

TEST_CASE("a file holds one CRL in DER or several in PEM") {
  const absl::Time end = Start() + absl::Hours(5);
  const CrlRequest request{.this_update = Start(), .next_update = end, .is_der = true};
  const auto der = ReadRevocationLists(Authority().IssueCrl(request));
  REQUIRE(der.ok());
  REQUIRE(der->size() == 1);
  CHECK(der->front().issuer == "CN=Test Root");
  CHECK(der->front().this_update == Start());
  CHECK(der->front().next_update == end);
  CHECK(der->front().is_full);
  CHECK(der->front().is_usable);
  const std::string pem = "a comment\n" + Authority().IssueCrl({}) + Authority().certificate_pem() +
                          Authority().IssueCrl({.next_update = absl::InfiniteFuture()});
  const auto several = ReadRevocationLists(pem);
  REQUIRE(several.ok());
  REQUIRE(several->size() == 2);
  CHECK(several->back().next_update == absl::InfiniteFuture());
}

TEST_CASE("a file without a CRL or with a damaged one is refused") {
  const std::string pem = Authority().IssueCrl({});
  const std::string der = Authority().IssueCrl({.is_der = true});
  CHECK(Why("") == "holds no CRL");
  CHECK(Why("garbage") == "holds no CRL");
  CHECK(Why(Authority().certificate_pem()) == "holds no CRL");
  CHECK(Why(der + "x") == "CRL 1 is damaged");
  CHECK(Why(der.substr(0, der.size() - 1)) == "CRL 1 is damaged");
  CHECK(Why(pem + der::ToPem("X509 CRL", der + "x")) == "CRL 2 is damaged");
  CHECK(Why(pem + pem.substr(0, 40)) == "CRL 2 is damaged");
  CHECK(Why(pem + "-----BEGIN X509") == "holds a PEM block that is damaged");
  CHECK(Why(pem + "-----BEGIN X509 CRL-----\nProc-Type: 4,ENCRYPTED\n"
                  "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
                  "-----END X509 CRL-----\n") == "CRL 2 is damaged");
}

TEST_CASE("a delta CRL is not taken for a complete one") {
  CHECK(Why(Authority().IssueCrl(
            {.extra_extensions = {der::Extension("deltaCRL", true, der::Value(2, "\x01"))}})) ==
        "CRL 1 is a delta CRL: give a complete one");
}

TEST_CASE("an entry cannot take itself back") {
  // CRLReason (RFC 5280, section 5.3.1): removeFromCRL is 8, keyCompromise 1.
  const auto entry = [](const std::string& reason) {
    return Authority().IssueCrl(
        {.serial_numbers = {"1", "2"},
         .entry_extensions = der::Extension("CRLReason", false, der::Value(10, reason))});
  };
  CHECK(Why(entry("\x08")) == "CRL 1 has a reason in entry 1 that has no place in a complete CRL");
  CHECK(ReadRevocationLists(entry("\x01")).ok());
  CHECK(Why(Authority().IssueCrl(
            {.serial_numbers = {"1"},
             .entry_extensions = der::Extension("CRLReason", false, "garbage")})) ==
        "CRL 1 has a reason in entry 1 that has no place in a complete CRL");
}

TEST_CASE("extensions that openssl passes over where it cannot read them are refused") {
  CHECK(Why(WithExtension("issuingDistributionPoint", "garbage")) ==
        "CRL 1 has an extension that cannot be read");
  // The second of its kind.
  CHECK(Why(WithExtension("authorityKeyIdentifier", der::Sequence(""))) ==
        "CRL 1 has an extension that cannot be read");
  CHECK(Why(Authority().IssueCrl(
            {.has_key_identifier = false,
             .extra_extensions = {der::Extension("authorityKeyIdentifier", false, "garbage")}})) ==
        "CRL 1 has an extension that cannot be read");
}

TEST_CASE("a CRL for certain certificates says so") {
  const auto read = [](unsigned field) {
    const std::string scope = der::Sequence(der::Value(der::kContext | field, "\xFF"));
    auto lists = ReadRevocationLists(WithExtension("issuingDistributionPoint", scope));
    REQUIRE(lists.ok());
    return std::move(lists->front());
  };
  for (const unsigned field : {1U, 2U}) {
    CHECK_FALSE(read(field).is_full);
    CHECK(read(field).is_usable);
  }
  for (const unsigned field : {4U, 5U}) CHECK_FALSE(read(field).is_usable);
}

TEST_CASE("every damage to a CRL file is an error or refuses") {
  const Chained chained;
  const std::string root = chained.root.IssueCrl({});
  const auto is_safe = [&](const std::string& content, RevocationFallback fallback) {
    TrustSources sources = Sources(chained, {root, content});
    sources.on_missing = fallback;
    sources.on_expired = fallback;
    const auto trust = Trust::Create(std::move(sources));
    if (!trust.ok()) return true;
    const ChainFinding finding = (*trust)->Verify(chained.leaf, chained.chain, absl::Now());
    return finding.standing == ChainStanding::kRevoked ||
           finding.standing == ChainStanding::kRevocationUnknown;
  };
  for (const bool is_der : {false, true}) {
    const std::string good = chained.issuing.IssueCrl({.serial_numbers = {"22"}, .is_der = is_der});
    for (std::size_t size = 0; size < good.size(); ++size) {
      INFO("cut to " << size << " of " << good.size() << " bytes, DER " << is_der);
      const std::string cut = good.substr(0, size);
      // The last line break of PEM is no loss.
      REQUIRE(is_safe(cut, RevocationFallback::kAllow));
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const unsigned flip : {0x01U, 0x20U, 0x80U}) {
        std::string damaged = good;
        damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
        INFO("byte " << at << " changed by " << flip << ", DER " << is_der);
        REQUIRE(is_safe(damaged, RevocationFallback::kDeny));
      }
    }
  }
}

}  // namespace
}  // namespace certgate::testing
