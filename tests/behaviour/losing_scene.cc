#include "tests/behaviour/losing_scene.h"

#include <absl/time/clock.h>

#include <stdexcept>

#include "tests/support/wait_until.h"

namespace certgate::testing {
namespace {

constexpr char kSerialNumber[] = "0A1B2C";
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr absl::Duration kTimeToSetUp = absl::Seconds(8);
#else
constexpr absl::Duration kTimeToSetUp = absl::Seconds(3);
#endif

// Certificates and policies know whole seconds.
absl::Time WholeSecondAfter(absl::Duration duration) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() + duration) + 1);
}

CertificateRequest RequestFor(const std::string& name) {
  CertificateRequest request;
  request.subject = {{"CN", name}};
  request.alternative_names = {"DNS:" + name + ".acme.example"};
  return request;
}

}  // namespace

LosingScene::LosingScene(const Loss& loss, Api api)
    : loss_(loss), ends_at_(WholeSecondAfter(kTimeToSetUp)) {
  CertificateRequest request = RequestFor("loser");
  request.serial_number = kSerialNumber;
  if (loss_.kind == Loss::Kind::kCertificate) request.not_after = ends_at_;
  loser_ = losers_authority_.Issue(request);
  server_ = std::make_unique<ReloadingServer>(Options(api));
  keeper_ = server_->authority().Issue(RequestFor("keeper"));
}

ReloadingServerOptions LosingScene::Options(Api api) const {
  ReloadingServerOptions options;
  options.policy = Policy(true, false);
  options.api = api;
  options.more_client_roots = losers_authority_.certificate_pem();
  if (loss_.kind == Loss::Kind::kCrl) options.crls["losers.crl"] = losers_authority_.IssueCrl({});
  return options;
}

std::string LosingScene::Policy(bool with_loser, bool with_revocation) const {
  std::string policy =
      "version: 1\nname: losing\nmethods:\n  /helloworld.Greeter/*:\n    allow:\n"
      "      - { dns: keeper.acme.example, id: keepers }\n";
  if (with_loser) {
    policy += "      - { dns: loser.acme.example, id: losers";
    if (loss_.kind == Loss::Kind::kGrant) {
      policy +=
          absl::FormatTime(", expires: \"%Y-%m-%dT%H:%M:%SZ\"", ends_at_, absl::UTCTimeZone());
    }
    policy += " }\n";
  }
  if (with_revocation) {
    policy += "revoked:\n  - { serial: \"" + std::string(kSerialNumber) + "\", id: leaked }\n";
  }
  return policy + "...\n";
}

std::vector<std::unique_ptr<LongCall>> LosingScene::BeginCalls(
    const std::string& caller, const std::shared_ptr<grpc::Channel>& channel) {
  std::vector<std::unique_ptr<LongCall>> calls;
  for (const CallKind kind : kCallKinds) calls.push_back(std::make_unique<LongCall>(channel, kind));
  const bool have_begun =
      WaitUntil([&] { return server_->handlers().waiting(caller) == kCallKinds.size(); });
  if (!have_begun) throw std::runtime_error("the calls of the " + caller + " have not begun");
  return calls;
}

absl::Time LosingScene::Lose() {
  const absl::Time now = absl::Now();
  switch (loss_.kind) {
    case Loss::Kind::kPolicy:
      server_->Replace("policy.yaml", Policy(false, false));
      return now;
    case Loss::Kind::kCrl:
      server_->Replace("losers.crl", losers_authority_.IssueCrl({{kSerialNumber}}));
      return now;
    case Loss::Kind::kRevokedEntry:
      server_->Replace("policy.yaml", Policy(true, true));
      return now;
    case Loss::Kind::kAuthority:
      server_->Replace("ca.crt", server_->authority().certificate_pem());
      return now;
    case Loss::Kind::kCertificate:
    case Loss::Kind::kGrant:
      break;
  }
  if (now >= ends_at_) throw std::runtime_error("the machine is too slow: the right has ended");
  return ends_at_;
}

}  // namespace certgate::testing
