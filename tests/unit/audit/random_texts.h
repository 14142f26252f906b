#ifndef CERTGATE_TESTS_UNIT_AUDIT_RANDOM_TEXTS_H_
#define CERTGATE_TESTS_UNIT_AUDIT_RANDOM_TEXTS_H_

#include <absl/time/time.h>
#include <certgate/peer_identity.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace certgate::testing {

/// Texts of bytes, of valid UTF-8 and of what JSON is made of, now and then a long one.
class RandomTexts {
 public:
  explicit RandomTexts(std::uint32_t seed) : random_(seed) {}

  std::size_t Below(std::size_t limit) { return random_() % limit; }

  std::string Text() {
    static const std::vector<std::string> pieces = {
        "\"",      "\\",       "\n",           "{",
        "}",       "\xc3\xa9", "\xe2\x80\xae", "\xf0\x9f\x94\x91",
        "\\u0022", "abc",      "/a/b",         "\xed\xa0\x80",
        "..."};
    std::string text;
    const std::size_t length = Below(20) == 0 ? Below(3000) : Below(12);
    for (std::size_t i = 0; i < length; ++i) {
      text += Below(2) == 0 ? pieces[Below(pieces.size())]
                            : std::string(1, static_cast<char>(Below(256)));
    }
    return text;
  }

  std::vector<std::string> Texts() {
    std::vector<std::string> texts(Below(4));
    for (std::string& text : texts) text = Text();
    return texts;
  }

  PeerIdentity Caller() {
    PeerIdentity caller;
    if (Below(2) == 0) caller.common_name = Text();
    caller.organizational_units = Texts();
    caller.organizations = Texts();
    caller.dns_names = Texts();
    caller.uris = Texts();
    caller.spiffe_id = Text();
    caller.certificate.subject = Text();
    caller.certificate.issuer = Text();
    caller.certificate.issuer_common_names = Texts();
    caller.certificate.serial_number = Text();
    caller.certificate.sha256 = Text();
    caller.certificate.not_after = absl::FromUnixSeconds(static_cast<int>(random_()));
    return caller;
  }

 private:
  std::mt19937 random_;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUDIT_RANDOM_TEXTS_H_
