#include "src/audit/rpc_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace certgate {
namespace {

bool IsMethodPath(std::string_view path) {
  const auto graphic = [](char c) { return c > ' ' && c <= '~'; };
  if (path.empty() || path.front() != '/') return false;
  const std::size_t slash = path.find('/', 1);
  return slash != std::string_view::npos && slash > 1 && slash + 1 < path.size() &&
         path.find('/', slash + 1) == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), graphic);
}

}  // namespace

std::string_view RecordedMethod(std::string_view path) {
  return IsMethodPath(path) ? path.substr(1) : path;
}

std::string_view GrpcStatusName(int code) {
  constexpr std::array<std::string_view, 17> kNames = {
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
  const bool is_known = code >= 0 && static_cast<std::size_t>(code) < kNames.size();
  return is_known ? kNames[static_cast<std::size_t>(code)] : "UNKNOWN";
}

}  // namespace certgate
