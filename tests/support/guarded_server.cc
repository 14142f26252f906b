#include "tests/support/guarded_server.h"

#include <certgate/credentials.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <stdexcept>
#include <utility>

#include "helloworld/helloworld.grpc.pb.h"
#include "tests/support/trust.h"

namespace certgate::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

[[noreturn]] void Give(const std::string& why) { throw std::runtime_error(why); }

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) Give("a reply cannot be read");
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

GuardedServer::GuardedServer(GuardedServerOptions options) {
  PolicyLoad load = ParsePolicy(options.policy, "test-policy.yaml");
  if (load.policy == nullptr) Give(Render(load.diagnostics));
  auto authorizer = Authorizer::Create(
      {.policy = load.policy,
       .trust = TrustIn(authority_.certificate_pem() + options.more_client_roots, *load.policy),
       .audit_log = RecordingLog(recording_),
       .clock = std::move(options.clock)});
  if (!authorizer.ok()) Give(authorizer.status().ToString());

  CertificateRequest request;
  request.subject = {{"CN", "localhost"}};
  request.alternative_names = {"DNS:localhost", "IP:127.0.0.1"};
  request.not_after = absl::Now() + absl::Hours(24 * 90);  // Far from the warning of its expiry.
  const MintedCertificate identity = authority_.Issue(request);
  auto credentials = MutualTlsServerCredentials(
      {.certificate = files_.Write("server.crt", identity.certificate_pem),
       .private_key = files_.Write("server.key", identity.private_key_pem),
       .client_ca =
           files_.Write("ca.crt", authority_.certificate_pem() + options.more_client_roots)});
  if (!credentials.ok()) Give(credentials.status().ToString());

  ServerBuilder builder(*authorizer);
  builder.AddListeningPort("127.0.0.1:0", *credentials, &port_);
  greeter_ =
      options.api == Api::kSync ? MakeSyncGreeter(handlers_) : MakeCallbackGreeter(handlers_);
  builder.RegisterService<helloworld::Greeter>(
      static_cast<helloworld::Greeter::Service*>(greeter_.get()));
  options.configure(builder);
  calls_ = builder.call_figures();
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) Give(builder.status().ToString());
}

GuardedServer::~GuardedServer() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
}

std::vector<nlohmann::json> GuardedServer::Records() const {
  std::vector<nlohmann::json> records;
  for (const std::string& line : recording_->lines()) {
    records.push_back(nlohmann::json::parse(line));
  }
  return records;
}

std::shared_ptr<grpc::Channel> GuardedServer::Connect(const MintedCertificate& client) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority_.certificate_pem();
  options.pem_cert_chain = client.certificate_pem;
  options.pem_private_key = client.private_key_pem;
  grpc::ChannelArguments arguments;
  // A connection of its own for each channel, not one that is shared by equal arguments.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port_),
                                   grpc::SslCredentials(options), arguments);
}

std::shared_ptr<grpc::Channel> GuardedServer::ConnectAs(const std::string& subject) const {
  return Connect(authority_.Issue(subject));
}

CallOutcome CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                    const std::vector<std::string>& requests) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };

  CallOutcome outcome;
  const auto call = stub.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  bool writable = next();
  for (const std::string& request : requests) {
    if (!writable) break;
    call->Write(BufferOf(request), nullptr);
    writable = next();
  }
  if (writable) {
    call->WritesDone(nullptr);
    next();
  }
  for (;;) {
    grpc::ByteBuffer reply;
    call->Read(&reply, nullptr);
    if (!next()) break;
    outcome.replies.push_back(BytesOf(reply));
  }
  call->Finish(&outcome.status, nullptr);
  next();
  queue.Shutdown();
  return outcome;
}

std::string HelloRequestBytes(const std::string& name) {
  helloworld::HelloRequest request;
  request.set_name(name);
  return request.SerializeAsString();
}

std::string AllowGreeterPolicy(const std::string& cn) {
  return "version: 1\nname: test\nmethods:\n  /helloworld.Greeter/*:\n    allow:\n      - { cn: "
         "\"" +
         cn + "\", id: the-rule }\n";
}

}  // namespace certgate::testing
