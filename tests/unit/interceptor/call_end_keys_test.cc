#include "src/interceptor/call_end_keys.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

CallEndKeys Keys(const std::vector<std::string>& keys) {
  const auto parsed = CallEndKeys::Parse(keys);
  INFO(parsed.status().ToString());
  REQUIRE(parsed.ok());
  return *parsed;
}

TEST_CASE("without keys no call has its end recorded") {
  CHECK_FALSE(CallEndKeys().Hold("/acme.Shop/Buy"));
  CHECK_FALSE(Keys({}).Hold("/acme.Shop/Buy"));
}

TEST_CASE("keys hold methods services packages and all") {
  CHECK(Keys({"/acme.Shop/Buy"}).Hold("/acme.Shop/Buy"));
  CHECK_FALSE(Keys({"/acme.Shop/Buy"}).Hold("/acme.Shop/BuyAll"));
  CHECK(Keys({"/acme.Shop/*"}).Hold("/acme.Shop/Buy"));
  CHECK_FALSE(Keys({"/acme.Shop/*"}).Hold("/acme.Shopping/Buy"));
  CHECK(Keys({"/acme.*"}).Hold("/acme.Shop/Buy"));
  CHECK(Keys({"/acme.*"}).Hold("/acme.inner.Shop/Buy"));
  CHECK_FALSE(Keys({"/acme.*"}).Hold("/acmes.Shop/Buy"));
  CHECK(Keys({"*"}).Hold("/acme.Shop/Buy"));
  const CallEndKeys several = Keys({"/acme.Shop/Buy", "/acme.Bank/*"});
  CHECK(several.Hold("/acme.Shop/Buy"));
  CHECK(several.Hold("/acme.Bank/Pay"));
  CHECK_FALSE(several.Hold("/acme.Shop/Sell"));
}

TEST_CASE("what is not a method key is refused and named") {
  const std::string key = GENERATE("", "/", "**", "acme.Shop/Buy", "/acme.Shop", "/acme.Shop/",
                                   "//Buy", "/acme.Shop/Buy/More", "/acme.Shop/B*", "/*", "/.*",
                                   "/acme.*/Buy", "/acme Shop/Buy", "/acme.Shop/Buy ");
  const auto parsed = CallEndKeys::Parse({"*", key});
  CHECK(parsed.status().code() == absl::StatusCode::kInvalidArgument);
  CHECK(std::string(parsed.status().message()).find("`" + key + "` is not a method key") == 0);
}

}  // namespace
}  // namespace certgate
