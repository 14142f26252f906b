#include <certgate/reloader.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/catch2.h"
#include "tests/unit/authorization/reloader_bench.h"

namespace certgate::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

/// Its every half, if it can be loaded at all, lets bob in, whom the whole refuses.
std::string DenyingBobAtTheEnd() {
  return "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n"
         "      - cn: [ada, bob]\n    deny:\n      - cn: bob\n...\n";
}

/// Writes to a file without an end.
class EndlessWriter {
 public:
  EndlessWriter(const std::string& path, std::string piece)
      : thread_([this, path, piece = std::move(piece)] {
          std::ofstream file(path, std::ios::app);
          while (!stops_) {
            file << piece << std::flush;
            absl::SleepFor(absl::Milliseconds(20));
          }
        }) {}
  ~EndlessWriter() { Stop(); }
  void Stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

}  // namespace

TEST_CASE("a policy that is written byte by byte never decides half") {
  const bool is_asked_meanwhile = GENERATE(false, true);
  ReloaderBench bench;
  bench.Start();
  std::atomic<bool> is_done{false};
  std::thread writer([&] {
    std::ofstream file(bench.files.paths.policy, std::ios::trunc);
    for (const char byte : DenyingBobAtTheEnd()) {
      file << byte << std::flush;
      absl::SleepFor(absl::Milliseconds(20));
    }
    file.close();
    is_done = true;
  });
  int admitted = 0;
  while (!is_done) {
    if (is_asked_meanwhile) bench.reloader->Reload();
    if (bench.Admits(bench.bob)) ++admitted;
    absl::SleepFor(absl::Milliseconds(1));
  }
  writer.join();
  CHECK(bench.Takes(DenyingBobAtTheEnd()));
  CHECK(admitted == 0);
  // Nothing but the start and the whole file.
  for (const auto& load : bench.Loads()) CHECK(load["event"]["outcome"] == "success");
}

TEST_CASE("a policy that is written byte by byte never decides half where nothing is watched") {
  ReloaderBench bench;
  bench.options.watch = false;
  bench.options.poll_interval = absl::Milliseconds(100);
  bench.Start();
  std::atomic<bool> is_done{false};
  std::thread writer([&] {
    std::ofstream file(bench.files.paths.policy, std::ios::trunc);
    for (const char byte : DenyingBobAtTheEnd()) {
      file << byte << std::flush;
      absl::SleepFor(absl::Milliseconds(20));
    }
    file.close();
    is_done = true;
  });
  int admitted = 0;
  while (!is_done) {
    if (bench.Admits(bench.bob)) ++admitted;
    absl::SleepFor(absl::Milliseconds(1));
  }
  writer.join();
  CHECK(bench.Takes(DenyingBobAtTheEnd()));
  CHECK(admitted == 0);
}

TEST_CASE("a writer who stands still for long between two bytes never lets half a policy decide") {
  ReloaderBench bench;
  bench.Start();
  const std::string whole = DenyingBobAtTheEnd();
  const std::size_t half = whole.find("    deny:");
  std::string written = whole.substr(0, half) + "#";
  std::ofstream file(bench.files.paths.policy, std::ios::trunc);
  file << written << std::flush;
  int admitted = 0;
  // Longer than anybody is waited for who writes to another file.
  for (int step = 0; step < 28; ++step) {
    for (int look = 0; look < 70; ++look) {
      if (bench.Admits(bench.bob)) ++admitted;
      absl::SleepFor(absl::Milliseconds(10));
    }
    file << '#' << std::flush;
    written += '#';
  }
  file << '\n' << whole.substr(half) << std::flush;
  file.close();
  CHECK(bench.Takes(written + "\n" + whole.substr(half)));
  CHECK(admitted == 0);
}

TEST_CASE("whoever never stops writing a key holds up a policy for some ten seconds at most") {
  ReloaderBench bench;
  bench.Start();
  const auto material = bench.reloader->tls_material()();
  EndlessWriter writer(bench.files.paths.private_key, "#");
  bench.files.Replace("policy.yaml", Allowing("bob"));
  CHECK(bench.Takes(Allowing("bob")));
  CHECK(bench.Admits(bench.bob));
  REQUIRE(Eventually([&] { return bench.Errors().find("server.key") != std::string::npos; }));
  CHECK_THAT(bench.Errors(), ContainsSubstring("keeps writing"));
  CHECK(bench.reloader->tls_material()() == material);
  // It is told once, and is no reason to take the policy over again and again.
  const ReloadStatus status = bench.reloader->status();
  absl::SleepFor(absl::Seconds(1));
  CHECK(bench.reloader->status().failures == status.failures);
  CHECK(bench.reloader->status().generation == status.generation);
  writer.Stop();
  bench.files.Replace("server.key", material->private_key);
  CHECK(bench.Recovers());
}

TEST_CASE("a policy that is written without an end is told and the last good one stays") {
  ReloaderBench bench;
  bench.Start();
  EndlessWriter writer(bench.files.paths.policy, "# more\n");
  REQUIRE(bench.Fails());
  CHECK_THAT(bench.Errors(), ContainsSubstring("policy.yaml"));
  CHECK_THAT(bench.Errors(), ContainsSubstring("keeps writing"));
  CHECK(bench.reloader->status().policy_version == VersionOf(Allowing("ada")));
  writer.Stop();
  CHECK(bench.Recovers());
  // What it was, once it is whole again, is taken as well.
  bench.files.Replace("policy.yaml", Allowing("ada"));
  CHECK(bench.Takes(Allowing("ada")));
}

}  // namespace certgate::testing
