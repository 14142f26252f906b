// Ten thousand damaged files: each is refused, told and recorded, and what was in force stays. The
// few that can be loaded all the same decide as if a server had been started with them.

#include <certgate/audit_log.h>
#include <certgate/reloader.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "src/authorization/source_reader.h"
#include "tests/support/catch2.h"
#include "tests/support/line_sink.h"
#include "tests/support/sanitized.h"
#include "tests/support/served_files.h"
#include "tests/unit/authorization/reloader_bench.h"

namespace certgate::testing {
namespace {

constexpr int kStep = kIsSanitized ? 20 : 1;

constexpr char kPolicy[] =
    "version: 1\n"
    "name: shop\n"
    "authorities:\n"
    "  ours: { ca_file: ours.crt }\n"
    "clients:\n"
    "  buyers:\n"
    "    - { cn: ada, issuer: ours, id: buyers }\n"
    "    - { cn: carl, issuer: ours, id: revoked-by-a-list, owner: shop@acme.example }\n"
    "methods:\n"
    "  /acme.Shop/Buy:\n"
    "    allow:\n"
    "      - client: buyers\n"
    "      - { ou: [staff, guests], issuer: ours, reason: \"everybody \\u00e4\" }\n"
    "    deny:\n"
    "      - { cn: bob, issuer: ours, id: not-bob }\n"
    "revoked:\n"
    "  - { serial: \"0A:1B:2C\", issuer: ours, reason: key leaked }\n"
    "...\n";

/// How each content of a file was received, by its SHA-256.
class Receipts final : public LineSink {
 public:
  enum class Receipt { kNone, kTaken, kRefused };
  struct Kept {
    std::mutex mutex;
    std::map<std::string, bool> by_hash;  // guarded by mutex
  };
  explicit Receipts(std::shared_ptr<Kept> kept) : kept_(std::move(kept)) {}
  absl::Status Take(std::string_view line) override {
    const auto record = nlohmann::json::parse(line);
    if (record["event"]["action"] != "policy-load") return absl::OkStatus();
    const auto& load = record["certgate"]["load"];
    if (!load.contains("files")) return absl::OkStatus();
    const std::lock_guard lock(kept_->mutex);
    for (const std::string file : load["files"]) {
      const std::size_t hash = file.find(" sha256:");
      if (hash == file.npos) continue;
      kept_->by_hash[file.substr(hash + 8)] = record["event"]["outcome"] == "success";
    }
    return absl::OkStatus();
  }
  std::string name() const override { return "receipts"; }

  static Receipt Of(Kept& kept, const std::string& content) {
    const std::lock_guard lock(kept.mutex);
    const auto known = kept.by_hash.find(Sha256Hex(content));
    if (known == kept.by_hash.end()) return Receipt::kNone;
    return known->second ? Receipt::kTaken : Receipt::kRefused;
  }

 private:
  const std::shared_ptr<Kept> kept_;
};

CertificateRequest Named(const std::string& cn, const std::string& serial) {
  CertificateRequest request;
  request.subject = {{.type = "OU", .value = "staff"}, {.type = "CN", .value = cn}};
  request.serial_number = serial;
  return request;
}

struct CorruptionBench {
  CorruptionBench() : files(kPolicy) {
    before = spdlog::get_level();
    spdlog::set_level(spdlog::level::off);
    ours = files.authority().certificate_pem();
    crl = files.authority().IssueCrl({.serial_numbers = {"0C0C0C"}});
    files.Replace("ours.crt", ours);
    files.Replace("ours.crl", crl);
    files.paths.trust.crls = {files.PathOf("ours.crl")};
    ReloaderStart start =
        Reloader::Start({.files = files.paths,
                         .audit_log = LogTo(std::make_unique<Receipts>(receipts)),
                         .poll_interval = absl::ZeroDuration()});
    INFO(Render(start.diagnostics));
    REQUIRE(start.reloader != nullptr);
    reloader = std::move(start.reloader);
    certificate = reloader->tls_material()()->certificate;
    REQUIRE(Answers(*reloader->authorizer()) == kGood);
  }
  ~CorruptionBench() { spdlog::set_level(before); }

  /// Who of the callers is admitted.
  std::string Answers(Authorizer& authorizer) const {
    std::string answers;
    for (const MintedCertificate* caller : {&ada, &bob, &carl, &dora}) {
      const bool admitted =
          authorizer.Authorize({.path = kBuy, .verified_certificate_pem = caller->certificate_pem})
              .admitted();
      answers += admitted ? '+' : '-';
    }
    return answers;
  }
  /// The same by the files as they are now, read by themselves.
  std::string AnswersAfresh() const {
    const PolicyLoad load = LoadPolicy(files.paths.policy);
    if (load.policy == nullptr) return "no policy";
    const auto trust = LoadTrust(files.paths.trust, *load.policy);
    if (!trust.ok()) return "no trust";
    const auto authorizer =
        Authorizer::Create({.policy = load.policy,
                            .trust = *trust,
                            .audit_log = RecordingLog(std::make_shared<Recording>())});
    return authorizer.ok() ? Answers(**authorizer) : "no authorizer";
  }

  /// Puts `damaged` in the place of the file and waits until it was received.
  void Try(const std::string& name, const std::string& good, const std::string& damaged) {
    if (damaged == good || Receipts::Of(*receipts, damaged) != Receipts::Receipt::kNone) return;
    files.Replace(name, damaged);
    reloader->Reload();
    if (!WaitFor([&] { return Receipts::Of(*receipts, damaged) != Receipts::Receipt::kNone; })) {
      unanswered.push_back(damaged);
      return;
    }
    ++tried;
    if (Receipts::Of(*receipts, damaged) == Receipts::Receipt::kTaken) {
      ++taken;
      if (Answers(*reloader->authorizer()) != AnswersAfresh()) wrong.push_back(damaged);
      Restore(name, good);
    } else {
      ++refused;
      if (tried % 50 == 0 && Answers(*reloader->authorizer()) != kGood) wrong.push_back(damaged);
    }
  }
  void Restore(const std::string& name, const std::string& good) {
    files.Replace(name, good);
    reloader->Reload();
    const auto is_good = [&] {
      return reloader->status().errors.empty() && Answers(*reloader->authorizer()) == kGood &&
             reloader->tls_material()()->certificate == certificate;
    };
    if (!WaitFor(is_good)) unanswered.push_back(good);
  }
  void Check(int most_taken) {
    CHECK(unanswered == std::vector<std::string>());
    CHECK(wrong == std::vector<std::string>());
    CHECK(taken <= most_taken);
    CHECK(refused > 0);
    CHECK(reloader->status().failures >= static_cast<std::uint64_t>(refused));
    CHECK(Answers(*reloader->authorizer()) == kGood);
  }

  static bool WaitFor(const std::function<bool()>& is_so) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!is_so()) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Microseconds(200));
    }
    return true;
  }

  /// ada and dora of the staff; not bob, who is denied, and not carl, whose certificate is revoked.
  static constexpr char kGood[] = "+--+";

  ServedFiles files;
  const MintedCertificate ada = files.authority().Issue(Named("ada", "0A0A0A"));
  const MintedCertificate bob = files.authority().Issue(Named("bob", "0B0B0B"));
  const MintedCertificate carl = files.authority().Issue(Named("carl", "0C0C0C"));
  const MintedCertificate dora = files.authority().Issue(Named("dora", "0D0D0D"));
  std::string ours;
  std::string crl;
  std::string certificate;
  std::shared_ptr<Receipts::Kept> receipts = std::make_shared<Receipts::Kept>();
  std::unique_ptr<Reloader> reloader;
  spdlog::level::level_enum before = spdlog::level::info;
  int tried = 0;
  int taken = 0;
  int refused = 0;
  std::vector<std::string> unanswered;
  std::vector<std::string> wrong;
};

/// The content with one byte changed, or doubled, or left out, or one put in.
std::string Damage(std::string content, std::mt19937& random) {
  const std::size_t at = random() % content.size();
  const char byte = static_cast<char>(random() % 256);
  switch (random() % 4) {
    case 0:
      content[at] = byte;
      return content;
    case 1:
      return content.erase(at, 1 + random() % 3);
    case 2:
      return content.insert(at, 1, byte);
    default:
      return content.insert(at, content.substr(at, 1 + random() % 8));
  }
}

void CutEverywhere(CorruptionBench& bench, const std::string& name, const std::string& good) {
  for (std::size_t length = 0; length < good.size(); length += kStep) {
    bench.Try(name, good, good.substr(0, length));
  }
}

void DamageOften(CorruptionBench& bench, const std::string& name, const std::string& good,
                 int times) {
  std::mt19937 random(4711);
  for (int time = 0; time < times; time += kStep) bench.Try(name, good, Damage(good, random));
}

}  // namespace

TEST_CASE("a policy that is cut anywhere is refused or decides as its bytes say") {
  CorruptionBench bench;
  CutEverywhere(bench, "policy.yaml", kPolicy);
  bench.Restore("policy.yaml", kPolicy);
  bench.Check(200);
}

TEST_CASE("a policy that is damaged anywhere is refused or decides as its bytes say") {
  CorruptionBench bench;
  DamageOften(bench, "policy.yaml", kPolicy, 3000);
  bench.Restore("policy.yaml", kPolicy);
  bench.Check(1500);
}

TEST_CASE("a policy that is not UTF-8 is refused wherever that is") {
  CorruptionBench bench;
  const std::string good = kPolicy;
  for (std::size_t at = 0; at <= good.size(); at += kStep) {
    std::string damaged = good;
    bench.Try("policy.yaml", good, damaged.insert(at, at % 2 == 0 ? "\xff" : "\xc3\x28"));
  }
  bench.Restore("policy.yaml", good);
  bench.Check(0);
}

TEST_CASE("a client CA file that is cut or damaged is refused or counts as what it is") {
  CorruptionBench bench;
  CutEverywhere(bench, "ca.crt", bench.ours);
  DamageOften(bench, "ca.crt", bench.ours, 1000);
  bench.Restore("ca.crt", bench.ours);
  bench.Check(600);
}

TEST_CASE("the CA file of an authority that is cut or damaged is refused or counts as what it is") {
  CorruptionBench bench;
  CutEverywhere(bench, "ours.crt", bench.ours);
  DamageOften(bench, "ours.crt", bench.ours, 500);
  bench.Restore("ours.crt", bench.ours);
  bench.Check(600);
}

TEST_CASE("a CRL that is cut or damaged is refused") {
  CorruptionBench bench;
  CutEverywhere(bench, "ours.crl", bench.crl);
  DamageOften(bench, "ours.crl", bench.crl, 2000);
  bench.Restore("ours.crl", bench.crl);
  bench.Check(200);
}

TEST_CASE("a certificate or key that is cut or damaged or of another pair is refused") {
  CorruptionBench bench;
  const auto good = bench.reloader->tls_material()();
  CutEverywhere(bench, "server.crt", good->certificate);
  bench.Restore("server.crt", good->certificate);
  CutEverywhere(bench, "server.key", good->private_key);
  DamageOften(bench, "server.key", good->private_key, 700);
  bench.Restore("server.key", good->private_key);
  for (int pair = 0; pair < 100; pair += kStep) {
    bench.Try("server.key", good->private_key, bench.files.IssueServer().private_key_pem);
  }
  bench.Restore("server.key", good->private_key);
  bench.Check(200);
}

}  // namespace certgate::testing
