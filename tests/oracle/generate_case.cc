#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracle/generate.h"
#include "tests/oracle/random.h"
#include "tests/oracle/vocabulary.h"

namespace certgate::oracle {
namespace {

using rc::Gen;

// First and last moments of certificates and of authorities, both included.
Gen<absl::Time> AnyStart() {
  static const std::vector<absl::Time> kStarts = {kNow + absl::Seconds(1), kNow};
  return Sometimes(16, kNow - absl::Hours(1), OneOf(kStarts));
}
Gen<absl::Time> AnyEnd() {
  static const std::vector<absl::Time> kEnds = {kNow - absl::Seconds(1), kNow};
  return Sometimes(16, kNow + absl::Hours(1), OneOf(kEnds));
}

Gen<std::vector<std::string>> TextsOf(const std::string& field) {
  return UpTo(2, OneOf(WordsOf(field).texts));
}

Gen<CertificateSummary> AnyCertificate() {
  return rc::gen::build<CertificateSummary>(
      rc::gen::set(&CertificateSummary::serial_number, OneOf(WordsOf("serial").texts)),
      rc::gen::set(&CertificateSummary::sha256, OneOf(WordsOf("sha256").texts)),
      rc::gen::set(&CertificateSummary::not_before, AnyStart()),
      rc::gen::set(&CertificateSummary::not_after, AnyEnd()));
}

Gen<std::optional<std::string>> AnyCommonName() {
  const auto some = rc::gen::map(OneOf(WordsOf("cn").texts),
                                 [](std::string text) { return std::optional(std::move(text)); });
  return rc::gen::weightedOneOf<std::optional<std::string>>(
      {{7, some}, {1, rc::gen::just(std::optional<std::string>())}});
}

Gen<VouchingAuthority> AnyVouching() {
  const auto name = Sometimes(2, AuthorityNames().front(), OneOf(AuthorityNames()));
  return rc::gen::build<VouchingAuthority>(rc::gen::set(&VouchingAuthority::name, name),
                                           rc::gen::set(&VouchingAuthority::not_before, AnyStart()),
                                           rc::gen::set(&VouchingAuthority::not_after, AnyEnd()));
}

Gen<PeerIdentity> AnyCaller() {
  const auto authorities = OneAndUpTo(2, AnyVouching());
  return rc::gen::build<PeerIdentity>(
      rc::gen::set(&PeerIdentity::common_name, AnyCommonName()),
      rc::gen::set(&PeerIdentity::organizational_units, TextsOf("ou")),
      rc::gen::set(&PeerIdentity::organizations, TextsOf("o")),
      rc::gen::set(&PeerIdentity::dns_names, TextsOf("dns")),
      rc::gen::set(&PeerIdentity::uris, TextsOf("uri")),
      rc::gen::set(&PeerIdentity::emails, TextsOf("email")),
      rc::gen::set(&PeerIdentity::authorities,
                   rc::gen::weightedOneOf<std::vector<VouchingAuthority>>(
                       {{9, authorities}, {1, rc::gen::just(std::vector<VouchingAuthority>())}})),
      rc::gen::set(&PeerIdentity::standing, rc::gen::weightedElement<ChainStanding>(
                                                {{28, ChainStanding::kProven},
                                                 {1, ChainStanding::kUnproven},
                                                 {1, ChainStanding::kRevoked},
                                                 {2, ChainStanding::kRevocationUnknown}})),
      rc::gen::set(&PeerIdentity::certificate, AnyCertificate()));
}

Gen<Question> AnyQuestion() {
  static const std::vector<absl::Time> kTimes = {kNow - absl::Seconds(1), kNow + absl::Seconds(1),
                                                 kNow - absl::Nanoseconds(1)};
  const auto path =
      rc::gen::weightedOneOf<std::string>({{15, OneOf(Paths())}, {1, OneOf(MalformedPaths())}});
  return rc::gen::build<Question>(rc::gen::set(&Question::caller, AnyCaller()),
                                  rc::gen::set(&Question::path, path),
                                  rc::gen::set(&Question::now, Sometimes(8, kNow, OneOf(kTimes))));
}

}  // namespace

Gen<std::uint32_t> AnyNumber() {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 1U << 30U));
}

Gen<Case> AnyCase() {
  return rc::gen::build<Case>(rc::gen::set(&Case::model, AnyModel()),
                              rc::gen::set(&Case::style, AnyNumber()),
                              rc::gen::set(&Case::questions, UpTo(60, AnyQuestion())));
}

}  // namespace certgate::oracle
