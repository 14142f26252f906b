// greeter-client: calls gRPC's Greeter over mutual TLS, and explains refusals.

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <signal.h>

#include <exception>
#include <iostream>
#include <memory>

#include "src/client/calls.h"
#include "src/client/explain.h"
#include "src/client/options.h"
#include "src/client/output.h"
#include "src/client/tls_files.h"
#include "src/client/transport_log.h"

namespace certgate {
namespace {

std::shared_ptr<grpc::Channel> OpenChannel(const ClientOptions& options, const TlsFiles& files) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = files.ca_pem;
  tls.pem_private_key = files.key_pem;
  tls.pem_cert_chain = files.cert_pem;
  grpc::ChannelArguments arguments;
  if (!options.server_name.empty()) arguments.SetSslTargetNameOverride(options.server_name);
  return grpc::CreateCustomChannel(options.target, grpc::SslCredentials(tls), arguments);
}

int Run(int argc, const char* const* argv) {
  signal(SIGPIPE, SIG_IGN);
  const OptionsReading reading = ReadOptions(argc, argv);
  if (!reading.options) return reading.exit_code;
  const ClientOptions& options = *reading.options;

  const auto files = ReadTlsFiles(options);
  if (!files.ok()) {
    std::cerr << "greeter-client: " << files.status().message() << '\n';
    return kExitInput;
  }
  CaptureTransportLog();
  const CallOutcome outcome = RunCommand(options, OpenChannel(options, *files));
  if (outcome.status.ok()) return outcome.exit_code;
  PrintFailure(outcome.status, Explain(outcome, options, *files, TransportLog()), options.format);
  return kExitStatusBase + static_cast<int>(outcome.status.error_code());
}

}  // namespace
}  // namespace certgate

int main(int argc, char** argv) {
  try {
    return certgate::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "greeter-client: " << error.what() << '\n';
    return certgate::kExitNo;
  }
}
