// How long it takes until all running streams have been decided again after a reload.
//
// Usage: streams_bench [STREAMS [ROUNDS]]

#include <absl/time/clock.h>
#include <certgate/credentials.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/greeter_host.h"
#include "tests/support/many_streams.h"
#include "tests/support/trust.h"

namespace certgate::bench {
namespace {

using testing::ManyStreams;

constexpr std::size_t kStreamsOfOneConnection = 100;

void Require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "streams_bench: %s\n", what);
  std::exit(1);
}

/// A server whose policy is replaced from within.
class Host final : public testing::GreeterHost {
 public:
  Host() {
    const auto policy = Letting({"ada", "eve"});
    authorizer_ =
        *Authorizer::Create({.policy = policy,
                             .trust = testing::TrustIn(authority().certificate_pem(), *policy),
                             .audit_log = audit_log()});
    const testing::MintedCertificate own = IssueServerCertificate();
    Serve(authorizer_,
          *MutualTlsServerCredentials(
              {.certificate = files().Write("server.crt", own.certificate_pem),
               .private_key = files().Write("server.key", own.private_key_pem),
               .client_ca = files().Write("ca.crt", authority().certificate_pem())}),
          testing::Api::kCallback, [](ServerBuilder&) {});
  }
  ~Host() { Stop(); }

  // The milliseconds from then until so many streams more have been ended.
  double Replace(const std::vector<std::string>& callers, std::size_t lost) {
    const auto policy = Letting(callers);
    const auto trust = testing::TrustIn(authority().certificate_pem(), *policy);
    const std::uint64_t before = calls().revoked;
    const absl::Time start = absl::Now();
    Require(authorizer_->Replace(policy, trust).ok(), "the policy was not taken");
    while (calls().revoked < before + lost) {
      Require(absl::Now() < start + absl::Minutes(1), "streams were not ended");
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    return absl::ToDoubleMilliseconds(absl::Now() - start);
  }

  std::unique_ptr<ManyStreams> Open(const std::string& caller, std::size_t count) const {
    const testing::MintedCertificate certificate = authority().Issue("CN=" + caller);
    std::vector<std::shared_ptr<grpc::Channel>> channels;
    for (std::size_t i = 0; i < count; i += kStreamsOfOneConnection) {
      channels.push_back(Connect(certificate));
    }
    auto streams = std::make_unique<ManyStreams>(channels, count);
    Require(streams->Exchange() == count, "streams were not answered");
    return streams;
  }

 private:
  static std::shared_ptr<const Policy> Letting(const std::vector<std::string>& callers) {
    std::string text =
        "version: 1\nname: p\nmethods:\n  /helloworld.Greeter/SayHelloBidiStream:\n    allow:\n";
    for (const std::string& caller : callers) text += "      - cn: " + caller + "\n";
    return ParsePolicy(text + "...\n", "policy.yaml").policy;
  }

  std::shared_ptr<Authorizer> authorizer_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Main(int argc, char** argv) {
  const auto streams = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 5000);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  // One of a hundred loses its right: the table is looked through to its end, nearly.
  const std::size_t few = std::max<std::size_t>(streams / 100, 1);
  std::vector<double> kept;
  std::vector<double> lost;
  for (int round = 0; round < rounds; ++round) {
    Host host;
    const auto ada = host.Open("ada", streams - few);
    const auto eve = host.Open("eve", few);
    kept.push_back(host.Replace({"ada"}, few));
    lost.push_back(host.Replace({"kim"}, streams - few));
  }
  std::printf("{\"streams\": %zu, \"kept_ms\": %.2f, \"lost_ms\": %.2f}\n", streams, Median(kept),
              Median(lost));
  return 0;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) { return certgate::bench::Main(argc, argv); }
