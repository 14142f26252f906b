#include "src/interceptor/listen_error.h"

#include <string>

#include "tests/support/catch2.h"

namespace certgate {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string Message(const std::string& address) {
  const absl::Status error = ListenError({address});
  CHECK_FALSE(error.ok());
  return std::string(error.message());
}

}  // namespace

TEST_CASE("an address that is not of this machine is explained") {
  CHECK_THAT(Message("192.0.2.1:4711"),
             ContainsSubstring("cannot listen on `192.0.2.1:4711`: Cannot assign"));
}

TEST_CASE("an address that is none is explained") {
  CHECK_THAT(Message("127.0.0.1:http-of-acme"), ContainsSubstring("write HOST:PORT"));
}

TEST_CASE("an address that is free leaves the explanation to gRPC") {
  CHECK_THAT(Message("127.0.0.1:0"), ContainsSubstring("gRPC's own log"));
  CHECK_THAT(Message("[::ffff:127.0.0.1]:0"), ContainsSubstring("gRPC's own log"));
}

}  // namespace certgate
