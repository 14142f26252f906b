#include "src/authorization/load_files.h"

#include <absl/time/clock.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <variant>

#include "src/identity/trust.h"
#include "tests/support/catch2.h"
#include "tests/unit/authorization/reloader_bench.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

}  // namespace

TEST_CASE("rules are loaded together with the bytes that they were made of") {
  ReloaderBench bench;
  SourceReader files;
  const RulesLoad load = LoadRules(bench.files.paths.policy, bench.files.paths.trust, files);
  REQUIRE(load.policy != nullptr);
  REQUIRE(load.trust != nullptr);
  CHECK(load.policy_text == Allowing("ada"));
  CHECK(load.trust->client_ca_pem() == bench.files.authority().certificate_pem());
  CHECK_FALSE(load.trust->checks_revocation());
  CHECK(files.files().size() == 2);
  CHECK(load.authority_files.empty());
}

TEST_CASE("mistakes in policy and CA file and CRLs are all told and nothing is loaded") {
  ReloaderBench bench("version: 1\nname: shop\nmethodes: {}\n");
  bench.files.Replace("ca.crt", "nothing");
  bench.files.Replace("bad.crl", "nothing");
  TrustFiles trust = bench.files.paths.trust;
  trust.crls = {bench.files.PathOf("absent.crl"), bench.files.PathOf("bad.crl")};
  SourceReader files;
  const RulesLoad load = LoadRules(bench.files.paths.policy, trust, files);
  CHECK(load.policy == nullptr);
  CHECK(load.trust == nullptr);
  const std::string told = Render(load.diagnostics);
  CHECK_THAT(told, ContainsSubstring("methodes"));
  CHECK_THAT(told, ContainsSubstring("absent.crl"));
}

TEST_CASE("a directory of CRLs stands for its files and an empty one still asks for CRLs") {
  ReloaderBench bench;
  const std::string directory = bench.files.PathOf("crls");
  std::filesystem::create_directory(directory);
  SourceReader before;
  CHECK(std::get<std::vector<std::string>>(ListCrlFiles(directory, before)).empty());
  TrustFiles trust = bench.files.paths.trust;
  trust.crls = {directory};
  const RulesLoad empty = LoadRules(bench.files.paths.policy, trust, before);
  REQUIRE(empty.trust != nullptr);
  CHECK(empty.trust->checks_revocation());

  bench.files.Replace("crls/ours.crl", bench.files.authority().IssueCrl({}));
  SourceReader after;
  CHECK(std::get<std::vector<std::string>>(ListCrlFiles(directory, after)) ==
        std::vector<std::string>{directory + "/ours.crl"});
  CHECK(std::get<std::vector<std::string>>(ListCrlFiles(directory + "/ours.crl", after)) ==
        std::vector<std::string>{directory + "/ours.crl"});
  CHECK(LoadRules(bench.files.paths.policy, trust, after).trust != nullptr);
}

TEST_CASE("a pair is loaded with its end and a key that all may read is told") {
  ReloaderBench bench;
  const ServerFiles& paths = bench.files.paths;
  SourceReader files;
  KeyPairLoad pair = LoadKeyPair(paths.certificate, paths.private_key, absl::Now(), files);
  CHECK(pair.diagnostics.empty());
  CHECK(pair.not_after > absl::Now() + absl::Hours(24 * 89));
  REQUIRE(chmod(paths.private_key.c_str(), 0644) == 0);
  SourceReader again;
  pair = LoadKeyPair(paths.certificate, paths.private_key, absl::Now(), again);
  REQUIRE(pair.diagnostics.size() == 1);
  CHECK(pair.diagnostics[0].severity == Diagnostic::Severity::kWarning);
  CHECK_THAT(pair.diagnostics[0].message, ContainsSubstring("every user"));
  CHECK_FALSE(pair.certificate.empty());
}

TEST_CASE("an expired certificate and one without its key are not loaded") {
  ReloaderBench bench;
  const ServerFiles& paths = bench.files.paths;
  SourceReader files;
  KeyPairLoad pair =
      LoadKeyPair(paths.certificate, paths.private_key, absl::Now() + absl::Hours(24 * 91), files);
  CHECK(HasErrors(pair.diagnostics));
  CHECK(pair.certificate.empty());
  bench.files.Replace("server.key", bench.files.IssueServer().private_key_pem);
  SourceReader again;
  pair = LoadKeyPair(paths.certificate, paths.private_key, absl::Now(), again);
  CHECK(HasErrors(pair.diagnostics));
  CHECK(pair.private_key.empty());
}

}  // namespace certgate::testing
