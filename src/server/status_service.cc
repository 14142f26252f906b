#include "src/server/status_service.h"

#include <certgate/diagnostic.h>
#include <certgate/version.h>

#include <string>
#include <utility>

#include "src/server/proto_time.h"

namespace certgate {
namespace {

bool IsKnown(absl::Time time) {
  return time != absl::InfinitePast() && time != absl::InfiniteFuture();
}

void DescribePolicy(const ReloadStatus& files, v1::PolicyInForce* policy) {
  policy->set_name(files.policy_name);
  policy->set_version(files.policy_version);
  policy->set_entries(files.policy_entries);
  policy->set_generation(files.generation);
  if (IsKnown(files.policy_loaded_at)) {
    *policy->mutable_loaded_at() = ToTimestamp(files.policy_loaded_at);
  }
}

void DescribeError(const Diagnostic& diagnostic, v1::FileError* error) {
  error->set_file(diagnostic.file);
  error->set_line(diagnostic.location.line);
  error->set_column(diagnostic.location.column);
  error->set_message(diagnostic.message);
  error->set_hint(diagnostic.hint);
}

void DescribeExpiry(const Expiry& ending, v1::Expiry* expiry) {
  expiry->set_kind(std::string(ToString(ending.kind)));
  expiry->set_name(ending.name);
  if (IsKnown(ending.at)) *expiry->mutable_at() = ToTimestamp(ending.at);
}

void DescribeFiles(const ReloadStatus& files, v1::GetStatusResponse* response) {
  DescribePolicy(files, response->mutable_policy());
  if (IsKnown(files.certificate_loaded_at)) {
    *response->mutable_certificate_loaded_at() = ToTimestamp(files.certificate_loaded_at);
  }
  for (const Diagnostic& diagnostic : files.errors) {
    // What is doubtful does not keep a file from being taken over.
    if (diagnostic.severity != Diagnostic::Severity::kError) continue;
    DescribeError(diagnostic, response->add_errors());
  }
  if (IsKnown(files.failing_since)) {
    *response->mutable_failing_since() = ToTimestamp(files.failing_since);
  }
  response->set_loads(files.loads);
  response->set_failures(files.failures);
  for (const Expiry& expiry : files.expiries) DescribeExpiry(expiry, response->add_expiries());
}

}  // namespace

void StatusService::Ask(ServerFiguresSource figures) { figures_ = std::move(figures); }

grpc::ServerUnaryReactor* StatusService::GetStatus(grpc::CallbackServerContext* context,
                                                   const v1::GetStatusRequest* /*request*/,
                                                   v1::GetStatusResponse* response) {
  const ServerFigures figures = figures_();
  response->set_server_version(CERTGATE_VERSION);
  *response->mutable_started_at() = ToTimestamp(figures.started_at);
  *response->mutable_now() = ToTimestamp(figures.now);
  DescribeFiles(figures.files, response);
  response->set_running_calls(figures.calls.running);
  response->set_revoked_calls(figures.calls.revoked);
  response->set_known_certificates(figures.authorizer.known_certificates);
  response->set_failed_handshakes(figures.failed_handshakes);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace certgate
