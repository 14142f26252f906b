// Four authorities issue certificates of one common name, two of them under one name of their own.
// One is withdrawn while all of their callers are connected: its callers are refused, no others.

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/long_call.h"
#include "tests/support/reloading_server.h"
#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

constexpr std::array kNames = {"alpha", "beta", "twin-1", "twin-2"};

std::string FileOf(const std::string& name) { return name + ".crt"; }

class FourAuthorities {
 public:
  FourAuthorities() {
    authorities_.emplace("alpha", "alpha CA");
    authorities_.emplace("beta", "beta CA");
    authorities_.emplace("twin-1", "twin CA");
    authorities_.emplace("twin-2", "twin CA");
  }

  MintedCertificate Ada(const std::string& name) const {
    return authorities_.at(name).Issue("CN=ada");
  }
  /// Of all but `without`.
  std::string Roots(const std::string& without) const {
    std::string pem;
    for (const auto& [name, authority] : authorities_) {
      if (name != without) pem += authority.certificate_pem();
    }
    return pem;
  }
  std::string Policy(const std::string& without) const {
    std::string named = "authorities:\n";
    std::string allowed;
    for (const auto& [name, authority] : authorities_) {
      if (name == without) continue;
      named += "  " + name + ": { ca_file: " + FileOf(name) + " }\n";
      allowed += "      - { cn: ada, issuer: " + name + ", id: of-" + name + " }\n";
    }
    return "version: 1\nname: four\n" + named + "methods:\n  /helloworld.Greeter/*:\n    allow:\n" +
           allowed + "...\n";
  }
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& [name, authority] : authorities_) {
      files[FileOf(name)] = authority.certificate_pem();
    }
    return files;
  }

 private:
  std::map<std::string, CertificateAuthority> authorities_;
};

struct Connected {
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<LongCall> stream;
};

enum class From { kClientCaFile, kPolicy };

}  // namespace

TEST_CASE("an authority that is withdrawn takes its own callers with it and no others") {
  const std::string withdrawn = GENERATE(from_range(kNames));
  const From from = GENERATE(From::kClientCaFile, From::kPolicy);
  CAPTURE(withdrawn, from == From::kPolicy);
  const FourAuthorities four;
  ReloadingServer server(
      {.policy = four.Policy(""), .more_client_roots = four.Roots(""), .more_files = four.Files()});
  std::map<std::string, Connected> callers;
  std::map<std::string, std::string> streams;  // The records that admitted them.
  for (const std::string name : kNames) {
    const auto channel = server.Connect(four.Ada(name));
    REQUIRE(SayHello(channel).ok());
    CHECK(server.Records().back()["certgate"]["authority"] == name);
    CHECK(server.Records().back()["rule"]["name"] == "of-" + name);
    callers[name] = {channel, std::make_unique<LongCall>(channel, CallKind::kBidiStream)};
    REQUIRE(WaitUntil([&] { return server.handlers().waiting("ada") == callers.size(); }));
    streams[name] = server.Records().back()["event"]["id"];
  }

  if (from == From::kClientCaFile) {
    server.Replace("ca.crt", server.authority().certificate_pem() + four.Roots(withdrawn));
  } else {
    server.Replace("policy.yaml", four.Policy(withdrawn));
  }

  const auto end = callers[withdrawn].stream->WaitForEnd();
  REQUIRE(end.has_value());
  CHECK(end->status.error_code() == grpc::StatusCode::UNAUTHENTICATED);
  // A call is ended first, and then recorded.
  std::vector<nlohmann::json> revoked;
  REQUIRE(WaitUntil([&] {
    revoked.clear();
    for (const nlohmann::json& record : server.Records()) {
      if (record["event"]["action"] == "revoke-call") revoked.push_back(record);
    }
    return !revoked.empty();
  }));
  REQUIRE(revoked.size() == 1);
  CHECK(revoked[0]["event"]["reason"] == "issuer_unproven");
  CHECK(revoked[0]["certgate"]["admitted_by"] == streams[withdrawn]);
  for (const auto& [name, caller] : callers) {
    INFO(name);
    CHECK(SayHello(caller.channel).ok() == (name != withdrawn));
    CHECK(SayHello(server.Connect(four.Ada(name))).ok() == (name != withdrawn));
    CHECK(caller.stream->end().has_value() == (name == withdrawn));
  }
  CHECK(server.handlers().cancelled("ada") == 1);
}

}  // namespace certgate::testing
