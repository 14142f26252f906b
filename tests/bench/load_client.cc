// Load for bench_server: unary calls over several connections.
//
// Usage: load_client PORT CERTS_DIR NAME CONNECTIONS IN_FLIGHT CALLS [RATE]
// Connects as the holder of NAME.crt, makes some calls to warm up, prints `ready` and waits for a
// line. Then makes CALLS calls, IN_FLIGHT at a time on each connection; with RATE, that many a
// second, begun when it is their time whatever became of those before. Prints one JSON object.

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <semaphore>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "helloworld/helloworld.grpc.pb.h"

namespace certgate::bench {
namespace {

using Clock = std::chrono::steady_clock;
using helloworld::Greeter;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::shared_ptr<grpc::Channel> Connect(const std::string& port, const std::string& certs,
                                       const std::string& name) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(certs + "/ca.crt");
  tls.pem_cert_chain = ReadFile(certs + "/" + name + ".crt");
  tls.pem_private_key = ReadFile(certs + "/" + name + ".key");
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + port, grpc::SslCredentials(tls), arguments);
}

// Calls by their latency. Thread-safe.
class Latencies {
 public:
  explicit Latencies(std::size_t calls) : microseconds_(calls) {}
  void Add(Clock::duration latency, grpc::StatusCode code) {
    const double value = std::chrono::duration<double, std::micro>(latency).count();
    microseconds_[next_.fetch_add(1)] = static_cast<float>(value);
    if (code != grpc::StatusCode::OK) refused_.fetch_add(1);
  }
  float Quantile(double part) {
    auto last = static_cast<double>(microseconds_.size() - 1);
    const auto at = microseconds_.begin() + static_cast<std::ptrdiff_t>(part * last);
    std::nth_element(microseconds_.begin(), at, microseconds_.end());
    return *at;
  }
  std::size_t refused() const { return refused_; }

 private:
  std::vector<float> microseconds_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> refused_ = 0;
};

// One call after the other, or several at a time.
class Load {
 public:
  Load(Greeter::Stub& stub, std::counting_semaphore<>& slots, Latencies* latencies)
      : stub_(stub), slots_(slots), latencies_(latencies) {}

  // Frees a slot when the call has ended. `due` is when it was to begin.
  void Begin(Clock::time_point due) {
    auto* const call = new Call;
    call->request.set_name("Ada");
    stub_.async()->SayHello(&call->context, &call->request, &call->reply,
                            [this, call, due](const grpc::Status& status) {
                              if (latencies_ != nullptr) {
                                latencies_->Add(Clock::now() - due, status.error_code());
                              }
                              delete call;
                              slots_.release();
                            });
  }

 private:
  struct Call {
    grpc::ClientContext context;
    helloworld::HelloRequest request;
    helloworld::HelloReply reply;
  };

  Greeter::Stub& stub_;
  std::counting_semaphore<>& slots_;
  Latencies* const latencies_;
};

struct Options {
  std::size_t connections = 1;
  std::size_t in_flight = 1;
  std::size_t calls = 1;
  double rate = 0;
};

// Makes so many calls over the stubs in turn, and returns how long they took.
Clock::duration Run(std::vector<std::unique_ptr<Greeter::Stub>>& stubs, const Options& options,
                    Latencies* latencies) {
  const auto most = static_cast<std::ptrdiff_t>(options.connections * options.in_flight);
  std::counting_semaphore<> slots(most);
  std::vector<Load> loads;
  for (const auto& stub : stubs) loads.emplace_back(*stub, slots, latencies);
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < options.calls; ++i) {
    Clock::time_point due = Clock::now();
    if (options.rate > 0) {
      const std::chrono::duration<double> after(static_cast<double>(i) / options.rate);
      due = start + std::chrono::duration_cast<Clock::duration>(after);
      std::this_thread::sleep_until(due);
    }
    slots.acquire();
    if (options.rate == 0) due = Clock::now();
    loads[i % loads.size()].Begin(due);
  }
  for (std::ptrdiff_t i = 0; i < most; ++i) slots.acquire();
  return Clock::now() - start;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) {
  using namespace certgate::bench;  // NOLINT(google-build-using-namespace): a program's own
  if (argc < 7) {
    std::cerr << "usage: load_client PORT CERTS_DIR NAME CONNECTIONS IN_FLIGHT CALLS [RATE]\n";
    return 2;
  }
  const auto number = [&](int at) { return static_cast<std::size_t>(std::atoll(argv[at])); };
  Options options = {number(4), number(5), number(6), argc > 7 ? std::atof(argv[7]) : 0};
  std::vector<std::unique_ptr<Greeter::Stub>> stubs;
  for (std::size_t i = 0; i < options.connections; ++i) {
    stubs.push_back(Greeter::NewStub(Connect(argv[1], argv[2], argv[3])));
  }
  Options warm_up = options;
  warm_up.calls = std::max<std::size_t>(options.calls / 10, 4 * options.connections);
  warm_up.rate = 0;
  Run(stubs, warm_up, nullptr);

  std::cout << "ready" << std::endl;
  std::string line;
  if (!std::getline(std::cin, line)) return 1;
  Latencies latencies(options.calls);
  const std::chrono::duration<double> seconds = Run(stubs, options, &latencies);
  std::printf(
      "{\"calls\": %zu, \"refused\": %zu, \"seconds\": %.6f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
      "\"p999_us\": %.1f}\n",
      options.calls, latencies.refused(), seconds.count(), latencies.Quantile(0.5),
      latencies.Quantile(0.99), latencies.Quantile(0.999));
  return 0;
}
