#include "src/server/limits.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

namespace certgate {
namespace {

// Linking gRPC's reflection library switches reflection on for every server of the process; this
// takes it out of one server again.
class WithoutReflection final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins, [](const std::unique_ptr<grpc::ServerBuilderPlugin>& plugin) {
      return dynamic_cast<grpc::reflection::ProtoServerReflectionPlugin*>(plugin.get()) != nullptr;
    });
  }
};

void Set(grpc::ServerBuilder& builder, const char* argument, int value) {
  builder.AddChannelArgument(argument, value);
}

// gRPC counts these in milliseconds.
void SetSeconds(grpc::ServerBuilder& builder, const char* argument, int seconds) {
  Set(builder, argument, seconds * 1000);
}

void LimitConnections(const ServerSettings& settings, grpc::ServerBuilder& builder) {
  SetSeconds(builder, GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, settings.handshake_timeout);
  if (settings.max_connection_idle > 0) {
    SetSeconds(builder, GRPC_ARG_MAX_CONNECTION_IDLE_MS, settings.max_connection_idle);
  }
  if (settings.max_connection_age > 0) {
    SetSeconds(builder, GRPC_ARG_MAX_CONNECTION_AGE_MS, settings.max_connection_age);
    SetSeconds(builder, GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, settings.max_connection_age_grace);
  }
}

void ApplyKeepalive(const KeepaliveSettings& keepalive, grpc::ServerBuilder& builder) {
  if (keepalive.time > 0) {
    SetSeconds(builder, GRPC_ARG_KEEPALIVE_TIME_MS, keepalive.time);
  } else {
    // gRPC's word for never; unset it means every two hours.
    Set(builder, GRPC_ARG_KEEPALIVE_TIME_MS, std::numeric_limits<int>::max());
  }
  SetSeconds(builder, GRPC_ARG_KEEPALIVE_TIMEOUT_MS, keepalive.timeout);
  SetSeconds(builder, GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, keepalive.min_time);
  // Both ways: whether the server asks, and whether a client may more often than every two hours.
  Set(builder, GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, keepalive.without_calls ? 1 : 0);
}

}  // namespace

void ApplyLimits(const ServerSettings& settings, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(settings.max_message_bytes);
  Set(builder, GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.max_concurrent_streams);
  Set(builder, GRPC_ARG_MAX_METADATA_SIZE, settings.max_metadata_bytes);
  LimitConnections(settings, builder);
  builder.SetResourceQuota(grpc::ResourceQuota("greeter-server")
                               .Resize(static_cast<std::size_t>(settings.max_buffers_mib) << 20));
  ApplyKeepalive(settings.keepalive, builder);
  grpc::EnableDefaultHealthCheckService(settings.health);
  if (!settings.reflection) builder.SetOption(std::make_unique<WithoutReflection>());
}

}  // namespace certgate
