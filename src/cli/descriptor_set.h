#ifndef CERTGATE_SRC_CLI_DESCRIPTOR_SET_H_
#define CERTGATE_SRC_CLI_DESCRIPTOR_SET_H_

#include <string>
#include <variant>
#include <vector>

#include "src/analysis/service_catalog.h"
#include "src/yaml/diagnostic_log.h"

namespace certgate {

/// The services of certgate's own tree: those of the programs, and gRPC's health and reflection.
ServiceCatalog CompiledInServices();

/// The services of these files, each a serialized google.protobuf.FileDescriptorSet as
/// `protoc --descriptor_set_out` writes it, and gRPC's own; a complete catalog. What the files
/// import may be missing. Fails on a file that cannot be read, is no such set or has no service.
std::variant<ServiceCatalog, Problem> ReadDescriptorSets(const std::vector<std::string>& paths);

}  // namespace certgate

#endif  // CERTGATE_SRC_CLI_DESCRIPTOR_SET_H_
