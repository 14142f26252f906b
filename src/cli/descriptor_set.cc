#include "src/cli/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "src/yaml/input_file.h"
#include "src/yaml/reader.h"
#include "src/yaml/unicode.h"

namespace certgate {

// Generated: see proto/CMakeLists.txt.
extern const unsigned char kServiceDescriptors[];
extern const std::size_t kServiceDescriptorsSize;

namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::MethodOptions;
using google::protobuf::ServiceDescriptorProto;

constexpr char kMakeHint[] =
    "make one with `protoc --include_imports --descriptor_set_out=FILE` from your .proto files";

ServiceMethod MethodOf(const MethodDescriptorProto& proto) {
  ServiceMethod method;
  method.name = proto.name();
  method.is_streaming = proto.client_streaming() || proto.server_streaming();
  switch (proto.options().idempotency_level()) {
    case MethodOptions::NO_SIDE_EFFECTS:
      method.reads_only = true;
      break;
    case MethodOptions::IDEMPOTENT:
      method.reads_only = false;
      break;
    case MethodOptions::IDEMPOTENCY_UNKNOWN:
      break;
  }
  return method;
}

Service ServiceOf(const FileDescriptorProto& file, const ServiceDescriptorProto& proto) {
  Service service;
  service.name = file.package();
  if (!service.name.empty()) service.name += '.';
  service.name += proto.name();
  for (const MethodDescriptorProto& method : proto.method()) {
    service.methods.push_back(MethodOf(method));
  }
  return service;
}

// A pool of descriptors would want everything that the files import.
std::vector<Service> ServicesOf(const FileDescriptorSet& set) {
  std::vector<Service> services;
  for (const FileDescriptorProto& file : set.file()) {
    for (const ServiceDescriptorProto& service : file.service()) {
      services.push_back(ServiceOf(file, service));
    }
  }
  return services;
}

std::vector<Service> EmbeddedServices() {
  FileDescriptorSet set;
  set.ParsePartialFromArray(&kServiceDescriptors[0], static_cast<int>(kServiceDescriptorsSize));
  return ServicesOf(set);
}

std::optional<Problem> AddFile(const std::string& path, ServiceCatalog& catalog) {
  std::variant<std::string, Problem> read = ReadInputFile(path, "descriptor set");
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  const std::string& bytes = std::get<std::string>(read);
  if (bytes.size() > kMostYamlBytes) {
    return Problem{"the descriptor set " + QuotePath(path) + " is larger than 64 MiB", kMakeHint};
  }
  FileDescriptorSet set;
  if (!set.ParsePartialFromString(bytes) || set.file().empty()) {
    return Problem{QuotePath(path) + " is not a descriptor set", kMakeHint};
  }
  std::vector<Service> services = ServicesOf(set);
  if (services.empty()) {
    return Problem{"the descriptor set " + QuotePath(path) + " declares no service",
                   "make it from the .proto files that do"};
  }
  for (Service& service : services) catalog.Add(std::move(service));
  return std::nullopt;
}

}  // namespace

ServiceCatalog CompiledInServices() {
  ServiceCatalog catalog;
  for (Service& service : EmbeddedServices()) catalog.Add(std::move(service));
  return catalog;
}

std::variant<ServiceCatalog, Problem> ReadDescriptorSets(const std::vector<std::string>& paths) {
  ServiceCatalog catalog;
  catalog.SetComplete();
  for (const std::string& path : paths) {
    if (std::optional<Problem> problem = AddFile(path, catalog)) return *std::move(problem);
  }
  for (Service& service : EmbeddedServices()) {
    if (IsGrpcsOwn(service.name)) catalog.Add(std::move(service));
  }
  return catalog;
}

}  // namespace certgate
