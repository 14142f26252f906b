#ifndef CERTGATE_SRC_CLIENT_OUTPUT_H_
#define CERTGATE_SRC_CLIENT_OUTPUT_H_

#include <grpcpp/support/status.h>

#include <string>

#include "certgate/v1/caller.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "helloworld/helloworld.pb.h"
#include "src/client/options.h"

namespace certgate {

// As text for people, or as one JSON object a line (protobuf's JSON form). What a server sent is
// shown without control characters. Each is flushed at once.

/// `Greeting: Hello world`.
void PrintGreeting(const helloworld::HelloReply& reply, OutputFormat format);
void PrintCaller(const v1::WhoAmIResponse& response, OutputFormat format);
/// `SERVING`.
void PrintHealth(const grpc::health::v1::HealthCheckResponse& response, OutputFormat format);

/// On standard error: `PERMISSION_DENIED: message` and, on a line of its own, the hint.
void PrintFailure(const grpc::Status& status, const std::string& hint, OutputFormat format);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLIENT_OUTPUT_H_
