#include "tests/support/guarded_server.h"

#include <certgate/credentials.h>

#include <chrono>
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
       .trust = TrustIn(authority().certificate_pem() + options.more_client_roots, *load.policy),
       .audit_log = options.audit_log != nullptr ? options.audit_log : audit_log(),
       .clock = std::move(options.clock)});
  if (!authorizer.ok()) Give(authorizer.status().ToString());

  const MintedCertificate identity = IssueServerCertificate();
  auto credentials = MutualTlsServerCredentials(
      {.certificate = files().Write("server.crt", identity.certificate_pem),
       .private_key = files().Write("server.key", identity.private_key_pem),
       .client_ca =
           files().Write("ca.crt", authority().certificate_pem() + options.more_client_roots)});
  if (!credentials.ok()) Give(credentials.status().ToString());
  Serve(*authorizer, *credentials, options.api, options.configure);
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
