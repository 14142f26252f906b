#include "src/yaml/suggest.h"

#include <array>
#include <string>
#include <string_view>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

constexpr std::array<std::string_view, 6> kWords = {"allow", "deny", "mode", "cn", "ou", "expires"};

TEST_CASE("a misspelt word has a suggestion") {
  CHECK(Suggest("alow", kWords) == "allow");
  CHECK(Suggest("dney", kWords) == "deny");
  CHECK(Suggest("nc", kWords) == "cn");
  CHECK(Suggest("Mode", kWords) == "mode");
  CHECK(Suggest("expire", kWords) == "expires");
  CHECK(Suggest("expirys", kWords) == "expires");
}

TEST_CASE("the nearest word is suggested") {
  constexpr std::array<std::string_view, 3> kNear = {"operator-a", "operator", "operators"};
  CHECK(Suggest("operatrs", kNear) == "operators");
}

TEST_CASE("a word that is far from all has no suggestion") {
  for (const std::string word : {"", "x", "colour", "permit", "zz", "methods"}) {
    INFO(word);
    CHECK(Suggest(word, kWords).empty());
  }
  CHECK(Suggest(std::string(65, 'a'), kWords).empty());
  CHECK(Suggest("allow", {}).empty());
}

TEST_CASE("a hint names the suggestion or says something else") {
  CHECK(DidYouMean("alow", kWords, "no idea") == "did you mean `allow`?");
  CHECK(DidYouMean("colour", kWords, "no idea") == "no idea");
}

}  // namespace
}  // namespace certgate
