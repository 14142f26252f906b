#include <certgate/reloader.h>

#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/unit/authorization/reloader_bench.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a changed policy is taken over and who gains and loses access is recorded") {
  ReloaderBench bench;
  bench.Start();
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
  CHECK(bench.Admits(bench.bob));
  CHECK_FALSE(bench.Admits(bench.ada));
  const ReloadStatus status = bench.reloader->status();
  CHECK(status.generation == 2);
  CHECK(status.loads == 1);
  const auto load = bench.Loads().back();
  CHECK(load["certgate"]["load"]["trigger"] == "file change");
  CHECK(load["certgate"]["load"]["generation"] == 2);
  CHECK(load["certgate"]["load"]["previous_version"] == VersionOf(Allowing("ada")));
  CHECK(load["rule"]["version"] == VersionOf(Allowing("bob")));
  CHECK(load["certgate"]["load"]["count"]["gained"] == 1);
  CHECK(load["certgate"]["load"]["count"]["lost"] == 1);
  CHECK(load["certgate"]["load"]["count"]["files"] == 1);
}

TEST_CASE("a broken policy leaves the last good one in force until it is good again") {
  ReloaderBench bench;
  bench.Start();
  bench.files.Replace("policy.yaml", "version: 1\nnam: shop\n");
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("policy.yaml:2:1"));
  CHECK(bench.Admits(bench.ada));
  CHECK_FALSE(bench.Admits(bench.bob));
  ReloadStatus status = bench.reloader->status();
  CHECK(status.generation == 1);
  CHECK(status.failures == 1);
  CHECK(status.failing_since > absl::InfinitePast());
  const auto load = bench.Loads().back();
  CHECK(load["event"]["outcome"] == "failure");
  CHECK(load["rule"]["version"] == VersionOf(Allowing("ada")));

  // The same as before: that is good, too.
  bench.files.Replace("policy.yaml", Allowing("ada"));
  REQUIRE(bench.Recovers());
  status = bench.reloader->status();
  CHECK(status.failing_since == absl::InfinitePast());
  CHECK(bench.Admits(bench.ada));
}

TEST_CASE("a policy that is deleted leaves the last good one in force") {
  ReloaderBench bench;
  bench.Start();
  fs::remove(bench.files.paths.policy);
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("policy.yaml"));
  CHECK(bench.Admits(bench.ada));
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
}

TEST_CASE("a directory in the place of the policy is a mistake and no more") {
  ReloaderBench bench;
  bench.Start();
  fs::remove(bench.files.paths.policy);
  fs::create_directory(bench.files.paths.policy);
  REQUIRE(Eventually([&] { return bench.Errors().find("is a directory") != std::string::npos; }));
  CHECK(bench.Admits(bench.ada));
}

TEST_CASE("a bad key does not hold up a policy") {
  ReloaderBench bench;
  bench.Start();
  const auto before = bench.reloader->tls_material()();
  bench.files.Replace("server.key", "no key");
  REQUIRE(bench.Fails());
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
  CHECK(bench.Admits(bench.bob));
  CHECK_THAT(bench.Errors(), ContainsSubstring("server.key"));
  CHECK(bench.reloader->tls_material()() == before);
}

TEST_CASE("a bad policy does not hold up a certificate and key") {
  ReloaderBench bench;
  bench.Start();
  bench.files.Replace("policy.yaml", "");
  REQUIRE(bench.Fails());
  const MintedCertificate next = bench.files.IssueServer();
  bench.files.Replace("server.key", next.private_key_pem);
  bench.files.Replace("server.crt", next.certificate_pem);
  REQUIRE(Eventually(
      [&] { return bench.reloader->tls_material()()->certificate == next.certificate_pem; }));
  CHECK(bench.reloader->tls_material()()->private_key == next.private_key_pem);
  CHECK_THAT(bench.Errors(), ContainsSubstring("policy.yaml"));
}

TEST_CASE("a certificate without its key is never in force") {
  ReloaderBench bench;
  bench.Start();
  const auto before = bench.reloader->tls_material()();
  const MintedCertificate next = bench.files.IssueServer();
  bench.files.Replace("server.crt", next.certificate_pem);
  REQUIRE(bench.Fails());
  CHECK(bench.reloader->tls_material()() == before);
  bench.files.Replace("server.key", next.private_key_pem);
  REQUIRE(bench.Recovers());
  CHECK(bench.reloader->tls_material()()->certificate == next.certificate_pem);
}

TEST_CASE("other client CAs count for handshakes and for decisions") {
  ReloaderBench bench;
  bench.Start();
  const CertificateAuthority other("other CA");
  bench.files.Replace("ca.crt", other.certificate_pem());
  REQUIRE(Eventually([&] { return bench.reloader->status().generation == 2; }));
  CHECK_FALSE(bench.Admits(bench.ada));
  CHECK(bench.Admits(other.Issue("CN=ada")));
  CHECK(bench.reloader->tls_material()()->client_ca == other.certificate_pem());
}

TEST_CASE("a policy that does not fit the client CAs is refused as it would be at the start") {
  ReloaderBench bench;
  bench.Start();
  bench.files.Replace("ca.crt", bench.files.authority().certificate_pem() +
                                    CertificateAuthority("other CA").certificate_pem());
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("holds 2 roots"));
  CHECK(bench.Admits(bench.ada));
}

TEST_CASE("a directory of CRLs that gains and loses and changes a file is followed") {
  ReloaderBench bench;
  fs::create_directory(bench.files.PathOf("crls"));
  bench.files.paths.trust.crls = {bench.files.PathOf("crls")};
  bench.files.paths.trust.on_missing = RevocationFallback::kAllow;
  bench.Start();
  CertificateRequest request;
  request.subject = {{.type = "CN", .value = "ada"}};
  request.serial_number = "0A1B2C";
  const MintedCertificate ada = bench.files.authority().Issue(request);
  CHECK(bench.Admits(ada));
  bench.files.Replace("crls/one.crl",
                      bench.files.authority().IssueCrl({.serial_numbers = {"0A1B2C"}}));
  CHECK(Eventually([&] { return !bench.Admits(ada); }));
  CHECK(bench.Admits(bench.ada));
  bench.files.Replace("crls/one.crl", bench.files.authority().IssueCrl({}));
  CHECK(Eventually([&] { return bench.Admits(ada); }));
  bench.files.Replace("crls/one.crl", "damaged");
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("one.crl"));
  CHECK(bench.Admits(ada));
  fs::remove(bench.files.PathOf("crls/one.crl"));
  REQUIRE(bench.Recovers());
  CHECK(bench.Admits(ada));
  fs::remove(bench.files.PathOf("crls"));
  REQUIRE(bench.Fails());
  CHECK(bench.Admits(ada));
}

TEST_CASE("the CA files that the policy names are followed") {
  ReloaderBench bench;
  const CertificateAuthority partner("partner CA");
  const std::string with_partner =
      "version: 1\nname: shop\nauthorities:\n  partner: { ca_file: partner.crt }\n"
      "methods:\n  /acme.Shop/Buy:\n    allow:\n      - { cn: ada, issuer: partner }\n...\n";
  bench.files.Replace("ca.crt",
                      bench.files.authority().certificate_pem() + partner.certificate_pem());
  bench.files.Replace("policy.yaml", with_partner);
  bench.files.Replace("partner.crt", partner.certificate_pem());
  bench.Start();
  const MintedCertificate theirs = partner.Issue("CN=ada");
  CHECK(bench.Admits(theirs));
  CHECK_FALSE(bench.Admits(bench.ada));
  bench.files.Replace("partner.crt", bench.files.authority().certificate_pem());
  CHECK(Eventually([&] { return bench.Admits(bench.ada); }));
  CHECK_FALSE(bench.Admits(theirs));
  fs::remove(bench.files.PathOf("partner.crt"));
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("partner.crt"));
  CHECK(bench.Admits(bench.ada));
  bench.files.Replace("partner.crt", partner.certificate_pem());
  CHECK(Eventually([&] { return bench.Admits(theirs); }));
}

TEST_CASE("a policy that names a CA file which is not there yet is taken when it is") {
  ReloaderBench bench;
  bench.Start();
  const std::string named =
      "version: 1\nname: shop\nauthorities:\n  ours: { ca_file: later.crt }\n"
      "methods:\n  /acme.Shop/Buy:\n    allow:\n      - { cn: bob, issuer: ours }\n...\n";
  bench.files.Replace("policy.yaml", named);
  REQUIRE(bench.Fails());
  bench.files.Replace("later.crt", bench.files.authority().certificate_pem());
  REQUIRE(bench.Takes(named));
  CHECK(bench.Admits(bench.bob));
}

TEST_CASE("a policy that no longer names the client CA file as an authority is loaded once") {
  ReloaderBench bench;
  const std::string named =
      "version: 1\nname: shop\nauthorities:\n  ours: { ca_file: \"" + bench.files.PathOf("ca.crt") +
      "\" }\nmethods:\n  /acme.Shop/Buy:\n    allow:\n      - { cn: ada, issuer: ours }\n...\n";
  bench.files.Replace("policy.yaml", named);
  bench.Start();
  bench.files.Replace("policy.yaml", Allowing("ada"));
  REQUIRE(bench.Takes(Allowing("ada")));
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
  CHECK(bench.reloader->status().generation == 3);
  CHECK(bench.reloader->status().loads == 2);
}

TEST_CASE("only the CA files of the last refused policy are kept in mind") {
  ReloaderBench bench;
  bench.Start();
  for (int number = 0; number < 10; ++number) {
    bench.files.Replace("policy.yaml",
                        "version: 1\nname: shop\nauthorities:\n  ours: { ca_file: ca" +
                            std::to_string(number) + ".crt }\n");
    REQUIRE(Eventually([&] {
      return bench.Errors().find("ca" + std::to_string(number) + ".crt") != std::string::npos;
    }));
  }
  // A record tells of all files that were read and differ: the policy, and one CA file.
  CHECK(bench.Loads().back()["certgate"]["load"]["count"]["files"] == 2);
  CHECK(bench.Admits(bench.ada));
}

TEST_CASE("a reload that is asked for takes the files over though they have not changed") {
  ReloaderBench bench;
  bench.Start();
  const auto material = bench.reloader->tls_material()();
  bench.reloader->Reload();
  REQUIRE(Eventually([&] { return bench.reloader->status().loads == 2; }));
  CHECK(bench.reloader->status().generation == 2);
  CHECK(bench.Loads().back()["certgate"]["load"]["trigger"] == "SIGHUP");
  // TLS sessions go on where nothing has changed for them.
  CHECK(bench.reloader->tls_material()() == material);
  CHECK(bench.Admits(bench.ada));
}

TEST_CASE("a reload that is asked for tells again what is wrong") {
  ReloaderBench bench;
  bench.Start();
  bench.files.Replace("policy.yaml", "");
  REQUIRE(bench.Fails());
  const absl::Time since = bench.reloader->status().failing_since;
  bench.reloader->Reload();
  REQUIRE(Eventually([&] { return bench.reloader->status().failures == 2; }));
  CHECK(bench.reloader->status().failing_since == since);
}

TEST_CASE("without a watch the files are read now and then") {
  ReloaderBench bench;
  bench.options.watch = false;
  bench.options.poll_interval = absl::Milliseconds(100);
  bench.Start();
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
  CHECK(bench.Loads().back()["certgate"]["load"]["trigger"] == "poll");
}

TEST_CASE("without a watch and without reading now and then a reload has to be asked for") {
  ReloaderBench bench;
  bench.options.watch = false;
  bench.Start();
  bench.files.Replace("policy.yaml", Allowing("bob"));
  absl::SleepFor(absl::Milliseconds(300));
  CHECK(bench.Admits(bench.ada));
  bench.reloader->Reload();
  CHECK(bench.Takes(Allowing("bob")));
}

TEST_CASE("whoever wants to know the status is told each change and may fail") {
  ReloaderBench bench;
  std::atomic<std::uint64_t> told{0};
  std::atomic<std::size_t> errors{0};
  bench.options.on_status = [&](const ReloadStatus& status) {
    told = status.generation;
    errors = status.errors.size();
    throw std::runtime_error("the listener is broken");
  };
  bench.Start();
  CHECK(told == 1);
  bench.files.Replace("policy.yaml", Allowing("bob"));
  CHECK(Eventually([&] { return told == 2; }));
  bench.files.Replace("policy.yaml", "");
  CHECK(Eventually([&] { return errors > 0; }));
  bench.reloader->Reload();
  CHECK(Eventually([&] { return bench.reloader->status().failures == 2; }));
}

TEST_CASE("a load that cannot be recorded counts all the same and no call is admitted meanwhile") {
  ReloaderBench bench;
  bench.Start();
  bench.recording->set_fault([] { return absl::UnavailableError("disk full"); });
  bench.files.Replace("policy.yaml", Allowing("bob"));
  REQUIRE(bench.Takes(Allowing("bob")));
  CHECK_FALSE(bench.Admits(bench.bob));
  bench.recording->set_fault(nullptr);
  CHECK(bench.Admits(bench.bob));
  CHECK_FALSE(bench.Admits(bench.ada));
}

TEST_CASE("the TLS material can be asked for after the reloader has gone") {
  ReloaderBench bench;
  bench.Start();
  const auto source = bench.reloader->tls_material();
  const auto material = source();
  bench.reloader.reset();
  CHECK(source() == material);
}

}  // namespace certgate::testing
