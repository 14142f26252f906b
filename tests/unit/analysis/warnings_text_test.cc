#include <string>

#include "src/analysis/text_oddities.h"
#include "tests/support/catch2.h"
#include "tests/unit/analysis/warned.h"

namespace certgate::testing {
namespace {

Strings Oddities(const std::string& text) {
  Strings found;
  for (const TextOddity& oddity : FindOddities(text)) {
    found.push_back(std::string(ToString(oddity.rule)) + ": " + oddity.what);
  }
  return found;
}

TEST_CASE("ordinary names are not odd") {
  for (const char* text :
       {"my-grpc-client", "a b", "", "caf\u00E9", "\u0141\u00F3d\u017A-*", "\u652F\u6255\u3044",
        "\u03B1\u03B2\u03B3-1", "\u043F\u043B\u0430\u0442\u0435\u0436\u0438",
        "\u6771\u4EACTower\u30BF\u30EF\u30FC", "\uD55C\uAD6D abc", "Zo\u00EB \U0001F600",
        "\u0E01\u0E33", "\u05D0\u05D1"}) {
    CAPTURE(text);
    CHECK(Oddities(text).empty());
  }
}

TEST_CASE("characters that cannot be seen are named") {
  CHECK(Oddities("a\u200Bb") ==
        Strings{"invisible-character: holds what cannot be seen: U+200B ZERO WIDTH SPACE"});
  CHECK(Oddities("a\u00A0b\u202Ec") ==
        Strings{"invisible-character: holds what cannot be seen: U+00A0 NO-BREAK SPACE, U+202E "
                "RIGHT-TO-LEFT OVERRIDE"});
  CHECK(Oddities("x\uFEFF").size() == 1);
  CHECK(Oddities("x\u00ADy").size() == 1);
  CHECK(Oddities("x\u3164y").size() == 1);
  CHECK(Oddities("\u2800").size() == 1);
  CHECK(Oddities("x\u2028y").size() == 1);
  CHECK(Oddities("x\U000E0041y").size() == 1);
}

TEST_CASE("many odd characters are counted") {
  CHECK(Oddities("\u200B\u200C\u200D\u2060\u2061\u2062\u200B") ==
        Strings{"invisible-character: holds what cannot be seen: U+200B ZERO WIDTH SPACE, U+200C "
                "ZERO WIDTH NON-JOINER, U+200D ZERO WIDTH JOINER, U+2060 WORD JOINER and 2 more"});
}

TEST_CASE("a mark upon the same mark cannot be seen") {
  const Strings found = Oddities("x\u0338\u0338");
  REQUIRE(found.size() == 1);
  CHECK(found[0] ==
        "invisible-character: holds a mark that cannot be seen upon another: U+0338 COMBINING LONG "
        "SOLIDUS OVERLAY");
}

TEST_CASE("a space at an end cannot be seen") {
  CHECK(Oddities("a ") == Strings{"invisible-character: ends with a space"});
  CHECK(Oddities(" a") == Strings{"invisible-character: begins with a space"});
}

TEST_CASE("scripts that are mixed are named with the characters that do not belong") {
  CHECK(Oddities("p\u0430yments") ==
        Strings{"mixed-scripts: mixes scripts: Latin with U+0430 CYRILLIC SMALL LETTER A"});
  CHECK(Oddities("\u043F\u043B\u0430\u0442\u0435\u0436a") ==
        Strings{"mixed-scripts: mixes scripts: Cyrillic with U+0061 LATIN SMALL LETTER A"});
  CHECK(Oddities("\u03BFo") ==
        Strings{"mixed-scripts: mixes scripts: Latin with U+03BF GREEK SMALL LETTER OMICRON"});
}

TEST_CASE("what is not in form C is named with what it should be") {
  CHECK(Oddities("cafe\u0301") ==
        Strings{"not-nfc: is not in Unicode normalization form C: U+0065 LATIN SMALL LETTER E, "
                "U+0301 COMBINING ACUTE ACCENT should be U+00E9 LATIN SMALL LETTER E WITH ACUTE"});
  CHECK(Oddities("\u212Bngstrom") ==
        Strings{"not-nfc: is not in Unicode normalization form C: U+212B ANGSTROM SIGN should be "
                "U+00C5 LATIN CAPITAL LETTER A WITH RING ABOVE"});
  // A musical symbol outside the first plane, which form C takes apart.
  const Strings found = Oddities("x\U0001D15Ey");
  REQUIRE(found.size() == 1);
  CHECK(found[0] ==
        "not-nfc: is not in Unicode normalization form C: U+1D15E MUSICAL SYMBOL HALF NOTE should "
        "be U+1D157 MUSICAL SYMBOL VOID NOTEHEAD, U+1D165 MUSICAL SYMBOL COMBINING STEM");
}

TEST_CASE("names of client sets and ids and values of selectors are looked at") {
  const std::string body =
      "clients:\n"
      "  p\u0430y: [ { cn: a } ]\n"
      "methods:\n"
      "  /a.S/M:\n"
      "    allow:\n"
      "      - { client: p\u0430y, id: \u0430b, reason: p\u0430y }\n"
      "      - { cn: ['\u0430b*', c], ou: { regex: '\u0430b' } }\n";
  CHECK(Warned(body, FindingRule::kMixedScripts) ==
        Strings{"4: client `p\u0430y` mixes scripts: Latin with U+0430 CYRILLIC SMALL LETTER A",
                "8: id `\u0430b` mixes scripts: Latin with U+0430 CYRILLIC SMALL LETTER A",
                "9: cn `\u0430b*` mixes scripts: Latin with U+0430 CYRILLIC SMALL LETTER A",
                "9: ou regex `\u0430b` mixes scripts: Latin with U+0430 CYRILLIC SMALL LETTER A"});
  CHECK(Warned("methods:\n  /a.S/M: { allow: [ { cn: \"a\\u200Bb\" } ] }\n",
               FindingRule::kInvisibleCharacter) ==
        Strings{"4: cn `a?b` holds what cannot be seen: U+200B ZERO WIDTH SPACE"});
}

}  // namespace
}  // namespace certgate::testing
