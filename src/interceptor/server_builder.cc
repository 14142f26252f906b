#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <certgate/server_builder.h>
#include <grpc/grpc.h>
#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "src/interceptor/guard.h"
#include "src/interceptor/guarded_service.h"
#include "src/interceptor/listen_error.h"
#include "src/interceptor/mutual_tls.h"
#include "src/interceptor/server_interceptor.h"
#include "src/interceptor/unknown_methods.h"

namespace certgate {

struct ServerBuilder::Parts {
  explicit Parts(std::shared_ptr<Authorizer> shared)
      : authorizer(std::move(shared)),
        guard(std::make_shared<Guard>(authorizer)),
        unknown_methods(guard) {}

  const std::shared_ptr<Authorizer> authorizer;
  const std::shared_ptr<Guard> guard;
  // gRPC asks them for what each new connection is to use.
  std::vector<std::shared_ptr<grpc::ServerCredentials>> credentials;
  UnknownMethods unknown_methods;
  std::vector<std::unique_ptr<GuardedService>> services;
  bool started = false;
};

namespace {

struct Limit {
  const char* name;
  int value;
};

// What a server that nobody configured must still withstand; docs/architecture.md explains each.
// A value that the application sets wins.
constexpr Limit kDefaultLimits[] = {
    {GRPC_ARG_MAX_CONCURRENT_STREAMS, 100},
    {GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024},
    {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000},
    // Else a second server takes half of the first one's connections, and neither says so.
    {GRPC_ARG_ALLOW_REUSEPORT, 0},
};

// For all that clients have begun to send: a request of 4 MiB in each of 100 calls on each of many
// connections would wait for its last byte before anything is decided.
constexpr std::size_t kDefaultBuffers = std::size_t{256} * 1024 * 1024;

bool IsSet(const grpc_channel_args& arguments, std::string_view name) {
  return std::any_of(arguments.args, arguments.args + arguments.num_args,
                     [name](const grpc_arg& argument) { return argument.key == name; });
}

absl::Status CheckCredentials(const grpc::ServerCredentials* credentials,
                              const std::string& address) {
  const auto* const mutual_tls = dynamic_cast<const MutualTls*>(credentials);
  if (mutual_tls == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("port `", address,
                     "` does not verify client certificates: give it credentials from "
                     "certgate::MutualTlsServerCredentials"));
  }
  if (mutual_tls->wants_metadata_processor()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the credentials of port `", address,
                     "` were given an AuthMetadataProcessor, with which one request header ends "
                     "the process: remove it and authorize with the policy"));
  }
  return absl::OkStatus();
}

}  // namespace

ServerBuilder::ServerBuilder(std::shared_ptr<Authorizer> authorizer) {
  if (authorizer == nullptr) {
    Fail(absl::InvalidArgumentError(
        "a server needs an authorizer: see certgate::Authorizer::Create"));
    return;
  }
  parts_ = std::make_shared<Parts>(std::move(authorizer));
  // At once: gRPC keeps the first generic service that it is given.
  grpc::ServerBuilder::RegisterCallbackGenericService(&parts_->unknown_methods);
}

ServerBuilder::~ServerBuilder() = default;

void ServerBuilder::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
}

ServerBuilder& ServerBuilder::RegisterGuarded(const std::string& service_name,
                                              grpc::Service* service) {
  if (parts_ == nullptr) return *this;
  auto guarded = GuardedService::Wrap(service_name, service, parts_->guard);
  if (!guarded.ok()) {
    Fail(guarded.status());
    return *this;
  }
  const auto& paths = (*guarded)->paths();
  for (const std::string& path : paths) {
    if (std::find(guarded_methods_.begin(), guarded_methods_.end(), path) ==
        guarded_methods_.end()) {
      continue;
    }
    Fail(absl::AlreadyExistsError(
        absl::StrCat("service `", service_name, "` is registered twice: register it once")));
    return *this;
  }
  guarded_methods_.insert(guarded_methods_.end(), paths.begin(), paths.end());
  grpc::ServerBuilder::RegisterService(guarded->get());
  parts_->services.push_back(std::move(*guarded));
  return *this;
}

ServerBuilder& ServerBuilder::AddListeningPort(const std::string& address,
                                               std::shared_ptr<grpc::ServerCredentials> credentials,
                                               int* selected_port) {
  if (selected_port != nullptr) *selected_port = 0;
  if (parts_ == nullptr) return *this;
  if (absl::Status good = CheckCredentials(credentials.get(), address); !good.ok()) {
    Fail(std::move(good));
    return *this;
  }
  parts_->credentials.push_back(credentials);
  grpc::ServerBuilder::AddListeningPort(address, std::move(credentials), selected_port);
  return *this;
}

ServerBuilder& ServerBuilder::AddInterceptor(
    std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> factory) {
  if (factory == nullptr) {
    Fail(absl::InvalidArgumentError("an interceptor factory is null"));
  } else {
    application_interceptors_.push_back(std::move(factory));
  }
  return *this;
}

ServerBuilder& ServerBuilder::RecordCallEnds(const std::vector<std::string>& methods) {
  if (parts_ == nullptr) return *this;
  auto keys = CallEndKeys::Parse(methods);
  if (keys.ok()) {
    parts_->guard->RecordEndsOf(*std::move(keys));
  } else {
    Fail(keys.status());
  }
  return *this;
}

CallFiguresSource ServerBuilder::call_figures() const {
  if (parts_ == nullptr) return nullptr;
  return [watched = std::weak_ptr<const Guard>(parts_->guard)]() -> CallFigures {
    const std::shared_ptr<const Guard> guard = watched.lock();
    if (guard == nullptr) return {};
    return {guard->supervisor().running(), guard->supervisor().revoked()};
  };
}

absl::Status ServerBuilder::CheckBeforeStart() {
  if (parts_->started) return absl::FailedPreconditionError("a builder starts one server only");
  if (parts_->credentials.empty()) {
    return absl::FailedPreconditionError("the server has no port: call AddListeningPort");
  }
  if (parts_->services.empty()) {
    return absl::FailedPreconditionError("the server has no service: call RegisterService");
  }
  // Through the base class anybody can add anything; only what came through here is guarded.
  if (services().size() != parts_->services.size() ||
      ports().size() != parts_->credentials.size()) {
    return absl::FailedPreconditionError(
        "a service or a port was added through grpc::ServerBuilder, where nothing guards it: "
        "call certgate::ServerBuilder's own functions");
  }
  for (const Port& port : ports()) {
    absl::Status good = CheckCredentials(port.creds.get(), port.addr);
    if (!good.ok()) return good;
  }
  return absl::OkStatus();
}

grpc::ChannelArguments ServerBuilder::BuildChannelArgs() {
  grpc::ChannelArguments arguments = grpc::ServerBuilder::BuildChannelArgs();
  const grpc_channel_args set = arguments.c_channel_args();
  std::vector<Limit> missing;
  std::copy_if(std::begin(kDefaultLimits), std::end(kDefaultLimits), std::back_inserter(missing),
               [&set](const Limit& limit) { return !IsSet(set, limit.name); });
  const bool has_quota = IsSet(set, GRPC_ARG_RESOURCE_QUOTA);
  for (const Limit& limit : missing) arguments.SetInt(limit.name, limit.value);
  if (!has_quota) {
    grpc::ResourceQuota quota("certgate");
    quota.Resize(kDefaultBuffers);
    arguments.SetPointerWithVtable(GRPC_ARG_RESOURCE_QUOTA, quota.c_resource_quota(),
                                   grpc_resource_quota_arg_vtable());
  }
  return arguments;
}

std::unique_ptr<grpc::Server> ServerBuilder::BuildAndStart() {
  if (status_.ok()) status_ = CheckBeforeStart();
  if (status_.ok()) status_ = parts_->guard->Start();
  if (!status_.ok()) return nullptr;
  parts_->started = true;

  ServerInterceptorFactory::GuardedPaths guarded_paths;
  for (const auto& service : parts_->services) {
    for (std::size_t i = 0; i < service->paths().size(); ++i) {
      const std::string& path = service->paths()[i];
      auto& measured = guarded_paths[path.c_str()];
      if (parts_->guard->RecordsEndOf(path)) measured = service->forms()[i];
    }
  }
  // gRPC runs the last interceptor first on what it receives: ours decides before any other sees
  // the call.
  application_interceptors_.push_back(
      std::make_unique<ServerInterceptorFactory>(parts_->guard, std::move(guarded_paths), parts_));
  grpc::ServerBuilder::experimental().SetInterceptorCreators(std::move(application_interceptors_));

  std::unique_ptr<grpc::Server> server = grpc::ServerBuilder::BuildAndStart();
  if (server == nullptr) {
    std::vector<std::string> addresses;
    for (const Port& port : ports()) addresses.push_back(port.addr);
    Fail(ListenError(addresses));
  }
  return server;
}

}  // namespace certgate
