// greeter-server: gRPC's Greeter behind certgate.

#include <absl/status/status.h>
#include <certgate/process_tls.h>

#include <exception>
#include <iostream>
#include <string>

#include "src/server/command_line.h"
#include "src/server/grpc_log.h"
#include "src/server/inputs.h"
#include "src/server/logging.h"
#include "src/server/serve.h"
#include "src/server/signals.h"

namespace certgate {
namespace {

absl::Status ApplyTls(const TlsSettings& tls) {
  ProcessTlsOptions options;
  options.min_version = tls.min_version == "1.3" ? TlsVersion::kTls13 : TlsVersion::kTls12;
  options.ciphers = tls.ciphers;
  options.ciphersuites = tls.ciphersuites;
  options.resumption = tls.resumption;
  return SetProcessTls(options);
}

// A check prints what it has found; of the log it shows what is doubtful.
std::string QuietLevel(const ServerSettings& settings) {
  return settings.log_level == "error" ? "error" : "warn";
}

ExitCode Run(int argc, const char* const* argv) {
  PrepareSignals();
  const InvocationReading reading = ReadInvocation(argc, argv);
  if (!reading.invocation) return reading.exit_code;
  const ServerSettings& settings = reading.invocation->settings;

  const bool check_only = reading.invocation->check_only;
  StartLogging(settings.log_format, check_only ? QuietLevel(settings) : settings.log_level);
  // First of all: OpenSSL and gRPC take it over once.
  if (const absl::Status status = ApplyTls(settings.tls); !status.ok()) {
    std::cerr << "greeter-server: " << status.message() << '\n';
    return kExitInput;
  }
  RouteGrpcLog();
  if (check_only) return CheckInputs(settings) ? kExitOk : kExitInput;
  return Serve(settings);
}

}  // namespace
}  // namespace certgate

int main(int argc, char** argv) {
  try {
    return certgate::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "greeter-server: " << error.what() << '\n';
    return certgate::kExitFailure;
  }
}
