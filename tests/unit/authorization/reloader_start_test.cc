#include <certgate/reloader.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/catch2.h"
#include "tests/unit/authorization/reloader_bench.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string WhyNotStarted(const ReloaderOptions& options) {
  const ReloaderStart start = Reloader::Start(options);
  CHECK(start.reloader == nullptr);
  CHECK(HasErrors(start.diagnostics));
  return Render(start.diagnostics);
}

}  // namespace

TEST_CASE("a start puts all files in force and records it") {
  ReloaderBench bench;
  bench.Start();
  CHECK(bench.Admits(bench.ada));
  CHECK_FALSE(bench.Admits(bench.bob));
  const ReloadStatus status = bench.reloader->status();
  CHECK(status.generation == 1);
  CHECK(status.policy_name == "shop");
  CHECK(status.policy_version == VersionOf(Allowing("ada")));
  CHECK(status.policy_entries == 1);
  CHECK(status.errors.empty());
  CHECK(status.failing_since == absl::InfinitePast());
  CHECK(status.loads == 0);
  CHECK(status.failures == 0);
  REQUIRE(status.expiries.size() == 2);
  CHECK(status.expiries[0].kind == Expiry::Kind::kServerCertificate);
  CHECK(status.expiries[1].kind == Expiry::Kind::kClientCa);
  const auto material = bench.reloader->tls_material()();
  REQUIRE(material != nullptr);
  CHECK(material->client_ca == bench.files.authority().certificate_pem());
  CHECK(material->not_after == status.expiries[0].at);
  const auto loads = bench.Loads();
  REQUIRE(loads.size() == 2);
  for (const auto& load : loads) {
    CHECK(load["event"]["outcome"] == "success");
    CHECK(load["certgate"]["load"]["trigger"] == "start");
  }
}

TEST_CASE("all mistakes of all files are told at once and nothing starts") {
  ReloaderBench bench("version: 1\nname: shop\nmethods:\n  nonsense:\n    alow: []\n");
  bench.files.Replace("ca.crt", "no certificate");
  bench.files.Replace("server.key", "no key");
  bench.files.paths.trust.crls = {bench.files.PathOf("absent.crl")};
  bench.options.files = bench.files.paths;
  const std::string why = WhyNotStarted(bench.options);
  CHECK_THAT(why, ContainsSubstring("policy.yaml:4:"));
  CHECK_THAT(why, ContainsSubstring("policy.yaml:5:"));
  CHECK_THAT(why, ContainsSubstring("absent.crl"));
  CHECK_THAT(why, ContainsSubstring("server.key"));
  const auto loads = bench.Loads();
  REQUIRE(loads.size() == 2);
  for (const auto& load : loads) CHECK(load["event"]["outcome"] == "failure");
}

TEST_CASE("each file that is broken alone keeps the server from starting and is named") {
  const std::string name =
      GENERATE("policy.yaml", "ca.crt", "list.crl", "server.crt", "server.key");
  const int way = GENERATE(0, 1, 2, 3);
  ReloaderBench bench;
  bench.files.Replace("list.crl", bench.files.authority().IssueCrl({}));
  bench.files.paths.trust.crls = {bench.files.PathOf("list.crl")};
  const std::string path = bench.files.PathOf(name);
  if (way == 0) std::filesystem::remove(path);
  if (way == 1) bench.files.Replace(name, "");
  if (way == 2) bench.files.Replace(name, "-----BEGIN X-----\nAAAA\n\xff");
  if (way == 3) {
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
  }
  // A directory of CRLs may be empty.
  if (way == 3 && name == "list.crl") return;
  bench.options.files = bench.files.paths;
  CAPTURE(name, way);
  CHECK_THAT(WhyNotStarted(bench.options), ContainsSubstring(name));
}

TEST_CASE("several roots with entries that name none of them do not start") {
  ReloaderBench bench;
  bench.files.Replace("ca.crt", bench.files.authority().certificate_pem() +
                                    CertificateAuthority("other CA").certificate_pem());
  bench.options.files = bench.files.paths;
  CHECK_THAT(WhyNotStarted(bench.options), ContainsSubstring("holds 2 roots"));
}

TEST_CASE("a reloader that lacks a part or polls without a pause is not made") {
  ReloaderBench bench;
  bench.options.files = bench.files.paths;
  ReloaderOptions options = bench.options;
  options.audit_log = nullptr;
  CHECK_THAT(WhyNotStarted(options), ContainsSubstring("audit log"));
  options = bench.options;
  options.clock = nullptr;
  CHECK_THAT(WhyNotStarted(options), ContainsSubstring("clock"));
  options = bench.options;
  options.poll_interval = absl::Milliseconds(99);
  CHECK_THAT(WhyNotStarted(options), ContainsSubstring("100 ms"));
  options = bench.options;
  options.identity_cache_capacity = 0;
  CHECK_THAT(WhyNotStarted(options), ContainsSubstring("identity cache"));
  options = bench.options;
  options.clock = []() -> absl::Time { throw std::runtime_error("no clock"); };
  CHECK_THAT(WhyNotStarted(options), ContainsSubstring("no clock"));
}

TEST_CASE("a policy that is still being written when the server starts is waited for") {
  ReloaderBench bench;
  // Who is denied stands last: half of it would let bob in.
  const std::string half =
      "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n      - cn: [ada, bob]\n";
  std::ofstream file(bench.files.paths.policy, std::ios::trunc);
  file << half << std::flush;
  std::thread writer([&] {
    for (const char byte : std::string("    deny:\n      - cn: bob\n...\n")) {
      absl::SleepFor(absl::Milliseconds(10));
      file << byte << std::flush;
    }
    file.close();
  });
  bench.Start();
  CHECK_FALSE(bench.Admits(bench.bob));
  CHECK(bench.Admits(bench.ada));
  writer.join();
}

TEST_CASE("a start waits for no writer who never ends") {
  ReloaderBench bench;
  std::atomic<bool> stops{false};
  std::thread writer([&] {
    std::ofstream file(bench.files.paths.policy, std::ios::app);
    while (!stops) {
      file << "#\n" << std::flush;
      absl::SleepFor(absl::Milliseconds(5));
    }
  });
  bench.options.files = bench.files.paths;
  const absl::Time before = absl::Now();
  CHECK_THAT(WhyNotStarted(bench.options), ContainsSubstring("still being written"));
  CHECK(absl::Now() - before < absl::Seconds(30));
  stops = true;
  writer.join();
}

}  // namespace certgate::testing
