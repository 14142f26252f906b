// greeter-server: gRPC's Greeter behind certgate.

#include <exception>
#include <iostream>
#include <optional>

#include "src/server/command_line.h"
#include "src/server/grpc_log.h"
#include "src/server/inputs.h"
#include "src/server/logging.h"
#include "src/server/serve.h"
#include "src/server/signals.h"

namespace certgate {
namespace {

ExitCode Run(int argc, const char* const* argv) {
  PrepareSignals();
  const InvocationReading reading = ReadInvocation(argc, argv);
  if (!reading.invocation) return reading.exit_code;
  const ServerSettings& settings = reading.invocation->settings;

  StartLogging(settings.log_format, settings.log_level);
  RouteGrpcLog();
  if (reading.invocation->check_only) return CheckInputs(settings) ? kExitOk : kExitInput;
  const std::optional<ServerInputs> inputs = LoadInputs(settings);
  return inputs ? Serve(settings, *inputs) : kExitInput;
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
