#ifndef CERTGATE_TESTS_UNIT_AUTHORIZATION_RELOADER_BENCH_H_
#define CERTGATE_TESTS_UNIT_AUTHORIZATION_RELOADER_BENCH_H_

#include <certgate/reloader.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch2.h"
#include "tests/support/recording_sink.h"
#include "tests/support/served_files.h"

namespace certgate::testing {

inline constexpr char kBuy[] = "/acme.Shop/Buy";

/// Lets callers of these common names buy.
inline std::string Allowing(const std::string& cns) {
  return "version: 1\nname: shop\nmethods:\n  /acme.Shop/Buy:\n    allow:\n      - cn: [" + cns +
         "]\n...\n";
}

/// A reloader of files of its own, and callers to ask its authorizer about.
struct ReloaderBench {
  explicit ReloaderBench(const std::string& policy = Allowing("ada")) : files(policy) {
    options.audit_log = RecordingLog(recording);
    // Nothing is seen by reading the files now and then unless a test wants that.
    options.poll_interval = absl::ZeroDuration();
  }

  void Start() {
    options.files = files.paths;
    ReloaderStart start = Reloader::Start(options);
    INFO(Render(start.diagnostics));
    REQUIRE(start.reloader != nullptr);
    reloader = std::move(start.reloader);
  }
  bool Admits(const MintedCertificate& caller) const {
    return reloader->authorizer()
        ->Authorize({.path = kBuy, .verified_certificate_pem = caller.certificate_pem})
        .admitted();
  }
  /// Waits until the policy of these bytes is in force.
  bool Takes(const std::string& policy) const {
    const std::string version = VersionOf(policy);
    return Eventually([&] { return reloader->status().policy_version == version; });
  }
  bool Fails() const {
    return Eventually([&] { return !reloader->status().errors.empty(); });
  }
  bool Recovers() const {
    return Eventually([&] { return reloader->status().errors.empty(); });
  }
  std::string Errors() const { return Render(reloader->status().errors); }
  /// The records of loads so far.
  std::vector<nlohmann::json> Loads() const {
    std::vector<nlohmann::json> loads;
    for (const std::string& line : recording->lines()) {
      auto record = nlohmann::json::parse(line);
      if (record["event"]["action"] == "policy-load") loads.push_back(std::move(record));
    }
    return loads;
  }

  ServedFiles files;
  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  ReloaderOptions options;
  const MintedCertificate ada = files.authority().Issue("CN=ada");
  const MintedCertificate bob = files.authority().Issue("CN=bob");
  std::unique_ptr<Reloader> reloader;
};

}  // namespace certgate::testing

#endif  // CERTGATE_TESTS_UNIT_AUTHORIZATION_RELOADER_BENCH_H_
