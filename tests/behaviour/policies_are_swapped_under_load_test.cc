// Policies are swapped a thousand times in each way in which people and tools do it, while clients
// call without a pause: no call is lost, and each is decided by a policy that somebody wrote.

#include <certgate/audit_log.h>
#include <certgate/credentials.h>
#include <certgate/reloader.h>
#include <certgate/server_builder.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/catch2.h"
#include "tests/support/counting_greeter.h"
#include "tests/support/line_sink.h"
#include "tests/support/sanitized.h"
#include "tests/support/served_files.h"

namespace certgate::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kSwaps = kIsSanitized ? 150 : 1000;
// What has been allocated by then is what such a server needs.
constexpr int kWarmSwaps = kSwaps / 5;
constexpr long kMostGrowthKib = 16L * 1024;
// Every so many swaps the writer waits until its policy is in force.
constexpr int kAwaitEvery = 10;

/// Policies whose every prefix that parses says less than they do: who is denied stands last.
std::string PolicyNumber(int number, bool allows_bob) {
  std::string policy =
      "version: 1\nname: swapped\nmethods:\n  /helloworld.Greeter/*:\n    allow:\n"
      "      - { cn: ada, id: ada }\n      - { cn: bob, id: bob }\n";
  for (int line = 0; line < 100; ++line) {
    policy += "      - { cn: " + std::string(40, 'x') + std::to_string(line) + " }\n";
  }
  if (!allows_bob) policy += "    deny:\n      - { cn: bob, id: not-bob }\n";
  return policy + "# " + std::to_string(number) + "\n...\n";
}

/// Compares each decision, as it is recorded, with what was written under the policy's version.
class Examiner {
 public:
  void Expect(const std::string& policy, bool allows_bob) {
    const std::lock_guard lock(mutex_);
    allows_bob_[VersionOf(policy)] = allows_bob;
  }
  void Look(std::string_view line) {
    const auto record = nlohmann::json::parse(line);
    const std::lock_guard lock(mutex_);
    const auto written = allows_bob_.find(record["rule"]["version"]);
    if (written == allows_bob_.end()) return Complain(record);
    if (record["event"]["action"] == "policy-load") return;
    const std::string caller = record["tls"]["client"]["x509"]["subject"]["common_name"][0];
    const bool is_allowed = record["event"]["outcome"] == "success";
    if (is_allowed != (caller == "ada" || written->second)) return Complain(record);
    // A call that is running when its right goes is decided a second time.
    if (record["event"]["action"] == "revoke-call") return;
    ++decisions_[caller + (is_allowed ? " allowed" : " denied")];
  }

  std::map<std::string, int> decisions() const {
    const std::lock_guard lock(mutex_);
    return decisions_;
  }
  std::vector<std::string> complaints() const {
    const std::lock_guard lock(mutex_);
    return complaints_;
  }

 private:
  void Complain(const nlohmann::json& record) {
    if (complaints_.size() < 10) complaints_.push_back(record.dump());
  }

  mutable std::mutex mutex_;
  std::map<std::string, bool> allows_bob_;  // by version
  std::map<std::string, int> decisions_;
  std::vector<std::string> complaints_;
};

class ExaminingSink final : public testing::LineSink {
 public:
  explicit ExaminingSink(Examiner& examiner) : examiner_(examiner) {}
  std::string name() const override { return "examiner"; }

 private:
  absl::Status Take(std::string_view line) override {
    examiner_.Look(line);
    return absl::OkStatus();
  }

  Examiner& examiner_;
};

std::shared_ptr<AuditLog> LogTo(Examiner& examiner) {
  return testing::LogTo(std::make_unique<ExaminingSink>(examiner));
}

/// A server whose files are followed, and all that belongs to it.
struct ReloadedServer {
  explicit ReloadedServer(const std::function<void(ServedFiles&)>& arrange) {
    examiner.Expect(first, true);
    arrange(files);
    ReloaderStart start = Reloader::Start({.files = files.paths, .audit_log = LogTo(examiner)});
    INFO(Render(start.diagnostics));
    REQUIRE(start.reloader != nullptr);
    reloader = std::move(start.reloader);
    ServerBuilder builder(reloader->authorizer());
    builder.AddListeningPort("127.0.0.1:0", *MutualTlsServerCredentials(reloader->tls_material()),
                             &port);
    builder.RegisterService<helloworld::Greeter>(
        static_cast<helloworld::Greeter::Service*>(greeter.get()));
    server = builder.BuildAndStart();
    REQUIRE(server != nullptr);
  }
  ~ReloadedServer() { server->Shutdown(std::chrono::system_clock::now()); }

  std::shared_ptr<grpc::Channel> ConnectAs(const std::string& cn) const {
    const MintedCertificate client = files.authority().Issue("CN=" + cn);
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(port),
        grpc::SslCredentials({.pem_root_certs = files.authority().certificate_pem(),
                              .pem_private_key = client.private_key_pem,
                              .pem_cert_chain = client.certificate_pem}),
        arguments);
  }

  const std::string first = PolicyNumber(0, true);
  ServedFiles files{first};
  Examiner examiner;
  HandlerLog handlers;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<grpc::Service> greeter = MakeCallbackGreeter(handlers);
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

/// Calls, with hardly a pause, until it is stopped, and counts the answers.
class Caller {
 public:
  explicit Caller(std::shared_ptr<grpc::Channel> channel)
      : thread_([this, channel = std::move(channel)] { Run(channel); }) {}
  ~Caller() { Stop(); }
  void Stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
  }

  /// By the status, and in words where a call failed otherwise than by being denied.
  int count(grpc::StatusCode code) { return answers_[code]; }
  std::string failures() const { return failures_; }

 private:
  void Run(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = helloworld::Greeter::NewStub(channel);
    helloworld::HelloRequest request;
    request.set_name("Ada");
    while (!stops_) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
      helloworld::HelloReply reply;
      const grpc::Status status = stub->SayHello(&context, request, &reply);
      ++answers_[status.error_code()];
      const bool is_plain = status.ok() || status.error_code() == grpc::PERMISSION_DENIED;
      if (!is_plain && failures_.size() < 1000) failures_ += status.error_message() + "\n";
      // The records are examined one at a time: without a pause nothing else would get a turn.
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  std::atomic<bool> stops_{false};
  std::map<grpc::StatusCode, int> answers_;
  std::string failures_;
  std::thread thread_;
};

long ResidentKib() {
  std::ifstream statm("/proc/self/statm");
  long size = 0;
  long resident = 0;
  statm >> size >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/// A policy on its way to the place at which it is read.
using Swap = std::function<void(const std::string& policy, std::mt19937& random)>;

/// In pieces, some of them with a pause between.
void WriteInPieces(const std::string& path, const std::string& content, std::mt19937& random) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  const std::size_t pieces = 1 + random() % 3;
  const std::size_t step = content.size() / pieces + 1;
  for (std::size_t at = 0; at < content.size(); at += step) {
    if (at > 0 && random() % 2 == 0) absl::SleepFor(absl::Milliseconds(random() % 3));
    file << content.substr(at, step) << std::flush;
  }
}

void SwapUnderLoad(const std::function<void(ServedFiles&)>& arrange,
                   const std::function<Swap(ServedFiles&)>& prepare) {
  ReloadedServer bench(arrange);
  const Swap swap = prepare(bench.files);
  std::vector<std::unique_ptr<Caller>> callers;
  for (const char* cn : {"ada", "ada", "ada", "bob"}) {
    callers.push_back(std::make_unique<Caller>(bench.ConnectAs(cn)));
  }
  std::mt19937 random(4711);
  int not_taken = 0;
  long warm_kib = 0;
  for (int number = 1; number <= kSwaps; ++number) {
    const bool allows_bob = number % 3 == 0;
    const std::string policy = PolicyNumber(number, allows_bob);
    bench.examiner.Expect(policy, allows_bob);
    swap(policy, random);
    if (number % kAwaitEvery == 0 || number == kSwaps) {
      const std::string version = VersionOf(policy);
      if (!Eventually([&] { return bench.reloader->status().policy_version == version; })) {
        ++not_taken;
      }
    } else {
      // Long enough for a reading, or in the middle of one, or before it.
      absl::SleepFor(absl::Microseconds(random() % (random() % 8 == 0 ? 60'000 : 10'000)));
    }
    if (number == kWarmSwaps) warm_kib = ResidentKib();
  }
  CHECK(not_taken == 0);
  if (!kIsSanitized) CHECK(ResidentKib() - warm_kib < kMostGrowthKib);
  CHECK(Eventually([&] { return bench.reloader->status().errors.empty(); }));

  for (const auto& caller : callers) {
    caller->Stop();
    CHECK(caller->failures() == "");
    CHECK(caller->count(grpc::OK) > 0);
  }
  for (std::size_t ada = 0; ada < 3; ++ada)
    CHECK(callers[ada]->count(grpc::PERMISSION_DENIED) == 0);
  CHECK(callers[3]->count(grpc::PERMISSION_DENIED) > 0);
  CHECK(bench.examiner.complaints() == std::vector<std::string>());
  const auto decisions = bench.examiner.decisions();
  const int answered = callers[3]->count(grpc::OK) + callers[3]->count(grpc::PERMISSION_DENIED);
  CHECK(decisions.at("bob allowed") + decisions.at("bob denied") == answered);
  CHECK(bench.reloader->status().loads >= std::uint64_t{kSwaps / kAwaitEvery});
}

void LeaveAsItIs(ServedFiles&) {}

TEST_CASE("no call is lost or decided by half a policy while policies are edited in place") {
  SwapUnderLoad(LeaveAsItIs, [](ServedFiles& files) {
    return [path = files.paths.policy](const std::string& policy, std::mt19937& random) {
      WriteInPieces(path, policy, random);
    };
  });
}

TEST_CASE("no call is lost or decided by half a policy while policies are renamed into place") {
  SwapUnderLoad(LeaveAsItIs, [](ServedFiles& files) {
    return [path = files.paths.policy](const std::string& policy, std::mt19937& random) {
      WriteInPieces(path + ".new", policy, random);
      fs::rename(path + ".new", path);
    };
  });
}

TEST_CASE("no call is lost or decided by half a policy while policies are deleted and written") {
  SwapUnderLoad(LeaveAsItIs, [](ServedFiles& files) {
    return [path = files.paths.policy](const std::string& policy, std::mt19937& random) {
      fs::remove(path);
      if (random() % 2 == 0) absl::SleepFor(absl::Milliseconds(random() % 5));
      WriteInPieces(path, policy, random);
    };
  });
}

TEST_CASE("no call is lost or decided by half a policy while Kubernetes swaps its data link") {
  const auto publish = [](const fs::path& mount, int number,
                          const std::function<void(const std::string&)>& write) {
    const std::string data = "..2026_" + std::to_string(number);
    fs::create_directory(mount / data);
    write((mount / data / "policy.yaml").string());
    fs::create_directory_symlink(data, mount / "..data_tmp");
    fs::rename(mount / "..data_tmp", mount / "..data");
    fs::remove_all(mount / ("..2026_" + std::to_string(number - 1)));
  };
  SwapUnderLoad(
      [&](ServedFiles& files) {
        const fs::path mount = files.PathOf("mount");
        fs::create_directory(mount);
        publish(mount, 1, [&](const std::string& path) { fs::copy(files.paths.policy, path); });
        fs::create_symlink("..data/policy.yaml", mount / "policy.yaml");
        files.paths.policy = (mount / "policy.yaml").string();
      },
      [&](ServedFiles& files) {
        return [&publish, mount = fs::path(files.PathOf("mount")), number = 1](
                   const std::string& policy, std::mt19937& random) mutable {
          publish(mount, ++number,
                  [&](const std::string& path) { WriteInPieces(path, policy, random); });
        };
      });
}

}  // namespace
}  // namespace certgate::testing
