// Load for bench_server: unary calls, or messages on streams, over several connections.
//
// Usage: load_client PORT CERTS_DIR NAME CONNECTIONS IN_FLIGHT CALLS [RATE|stream]
// Connects as the holder of NAME.crt, makes some calls to warm up, prints `ready` and waits for a
// line. Then makes CALLS calls, IN_FLIGHT at a time on each connection; with RATE, that many a
// second, begun when it is their time whatever became of those before. With `stream`, IN_FLIGHT
// streams are open on each connection, and the calls are messages on them. Prints one JSON object.

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
#include "tests/bench/load_streams.h"

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
  void PrintQuantiles() {
    std::printf("\"quantiles\": [");
    for (int part = 0; part <= 999; part += part < 990 ? 10 : 1) {
      std::printf("%s[%.3f, %.1f]", part == 0 ? "" : ", ", part / 1000.0,
                  static_cast<double>(Quantile(part / 1000.0)));
    }
    std::printf("]");
  }

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
  bool streams = false;
};

using Stubs = std::vector<std::unique_ptr<Greeter::Stub>>;

// Makes so many calls over the stubs in turn, and returns how long they took.
Clock::duration Run(Stubs& stubs, const Options& options, Latencies* latencies) {
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

bool WaitForGo() {
  std::cout << "ready" << std::endl;
  std::string line;
  return static_cast<bool>(std::getline(std::cin, line));
}

int RunCalls(Stubs& stubs, const Options& options) {
  Options warm_up = options;
  warm_up.calls = std::max<std::size_t>(options.calls / 10, 4 * options.connections);
  warm_up.rate = 0;
  Run(stubs, warm_up, nullptr);
  if (!WaitForGo()) return 1;
  Latencies latencies(options.calls);
  const std::chrono::duration<double> seconds = Run(stubs, options, &latencies);
  std::printf(
      "{\"calls\": %zu, \"refused\": %zu, \"seconds\": %.6f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
      "\"p999_us\": %.1f, ",
      options.calls, latencies.refused(), seconds.count(), latencies.Quantile(0.5),
      latencies.Quantile(0.99), latencies.Quantile(0.999));
  latencies.PrintQuantiles();
  std::printf("}\n");
  return 0;
}

int RunStreams(const Stubs& stubs, const Options& options) {
  LoadStreams streams(stubs, options.in_flight);
  streams.Send(std::max<std::size_t>(options.calls / 10, stubs.size() * options.in_flight));
  if (!WaitForGo()) return 1;
  const Clock::time_point start = Clock::now();
  const std::size_t answered = streams.Send(options.calls);
  const std::chrono::duration<double> seconds = Clock::now() - start;
  std::printf("{\"calls\": %zu, \"refused\": %zu, \"seconds\": %.6f}\n", options.calls,
              options.calls - answered, seconds.count());
  // Before the streams are ended, which the server need not be measured at.
  std::fflush(stdout);
  return 0;
}

}  // namespace
}  // namespace certgate::bench

int main(int argc, char** argv) {
  using namespace certgate::bench;  // NOLINT(google-build-using-namespace): a program's own
  if (argc < 7) {
    std::cerr
        << "usage: load_client PORT CERTS_DIR NAME CONNECTIONS IN_FLIGHT CALLS [RATE|stream]\n";
    return 2;
  }
  const auto number = [&](int at) { return static_cast<std::size_t>(std::atoll(argv[at])); };
  Options options = {.connections = number(4), .in_flight = number(5), .calls = number(6)};
  options.streams = argc > 7 && argv[7] == std::string("stream");
  if (argc > 7) options.rate = std::atof(argv[7]);
  Stubs stubs;
  for (std::size_t i = 0; i < options.connections; ++i) {
    stubs.push_back(Greeter::NewStub(Connect(argv[1], argv[2], argv[3])));
  }
  return options.streams ? RunStreams(stubs, options) : RunCalls(stubs, options);
}
