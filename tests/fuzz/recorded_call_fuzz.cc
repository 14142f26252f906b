// Reads any bytes as a line of an audit file. Nothing may crash; what is read can be asked of a
// policy again.

#include <certgate/policy.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "src/analysis/recorded_call.h"
#include "tests/fuzz/require.h"

using certgate::fuzz::Require;

namespace {

const certgate::Policy& AnyPolicy() {
  static const certgate::PolicyLoad load = certgate::ParsePolicy(
      "version: 1\nname: any\nmethods:\n  \"*\":\n    allow:\n      - any: true\n...\n", "p.yaml");
  return *load.policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto result = certgate::ReadRecordedCall(line);
  if (const auto* const unusable = std::get_if<certgate::UnusableRecord>(&result)) {
    const bool is_broken = unusable->kind == certgate::UnusableRecord::Kind::kBroken;
    Require(!is_broken || !unusable->detail.empty(), "a broken line is explained");
    return 0;
  }
  const auto& call = std::get<certgate::RecordedCall>(result);
  const certgate::Decision decision = AnyPolicy().Decide(call.caller, call.path, call.time);
  Require(decision.reason != certgate::Reason::kInternalError, "a recorded call can be decided");
  return 0;
}
