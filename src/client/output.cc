#include "src/client/output.h"

#include <absl/strings/str_join.h>
#include <google/protobuf/struct.pb.h>

#include <array>
#include <cstddef>
#include <iostream>
#include <string_view>

#include "src/client/print.h"

namespace certgate {
namespace {

std::string_view CodeName(grpc::StatusCode code) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED",
  };
  const auto number = static_cast<std::size_t>(code);
  return number < kNames.size() ? kNames[number] : "UNKNOWN";
}

}  // namespace

void PrintGreeting(const helloworld::HelloReply& reply, OutputFormat format) {
  if (format == OutputFormat::kJson) {
    std::cout << Json(reply) << std::endl;
  } else {
    std::cout << "Greeting: " << Printable(reply.message()) << std::endl;
  }
}

void PrintCaller(const v1::WhoAmIResponse& response, OutputFormat format) {
  if (format == OutputFormat::kJson) {
    std::cout << Json(response) << std::endl;
    return;
  }
  const v1::Identity& caller = response.identity();
  PrintField("common name", caller.common_name());
  PrintField("units", absl::StrJoin(caller.organizational_units(), ", "));
  PrintField("organization", absl::StrJoin(caller.organizations(), ", "));
  PrintField("DNS", absl::StrJoin(caller.dns_names(), ", "));
  PrintField("URI", absl::StrJoin(caller.uris(), ", "));
  PrintField("email", absl::StrJoin(caller.emails(), ", "));
  PrintField("IP", absl::StrJoin(caller.ip_addresses(), ", "));
  PrintField("SPIFFE ID", caller.spiffe_id());
  PrintField("subject", caller.subject());
  PrintField("issuer", caller.issuer());
  PrintField("authority", absl::StrJoin(caller.authorities(), ", "));
  PrintField("serial", caller.serial_number());
  PrintField("SHA-256", caller.sha256());
  PrintTime("valid from", caller.not_before());
  PrintTime("valid until", caller.not_after());
  if (response.allowed_methods().empty()) PrintField("may call", "nothing");
  for (const std::string& method : response.allowed_methods()) PrintField("may call", method);
  std::cout << std::flush;
}

void PrintHealth(const grpc::health::v1::HealthCheckResponse& response, OutputFormat format) {
  if (format == OutputFormat::kJson) {
    std::cout << Json(response) << std::endl;
  } else {
    std::cout << grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status())
              << std::endl;
  }
}

void PrintFailure(const grpc::Status& status, const std::string& hint, OutputFormat format) {
  const std::string_view code = CodeName(status.error_code());
  if (format == OutputFormat::kText) {
    std::cerr << code << ": " << Printable(status.error_message()) << '\n';
    if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
    return;
  }
  google::protobuf::Struct failure;
  auto& fields = *failure.mutable_fields();
  fields["code"].set_string_value(std::string(code));
  fields["number"].set_number_value(static_cast<double>(status.error_code()));
  fields["message"].set_string_value(Printable(status.error_message()));
  fields["hint"].set_string_value(hint);
  std::cerr << Json(failure) << '\n';
}

}  // namespace certgate
