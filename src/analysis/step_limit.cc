#include "src/analysis/step_limit.h"

#include <limits>

namespace certgate {
namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

thread_local std::uint64_t steps_left = kNoLimit;

}  // namespace

StepLimit::StepLimit(std::uint64_t steps) : outer_(steps_left) { steps_left = steps; }

StepLimit::~StepLimit() { steps_left = outer_; }

void CountSteps(std::size_t steps) {
  if (steps_left == kNoLimit) return;
  if (steps > steps_left) throw TooManySteps();
  steps_left -= steps;
}

}  // namespace certgate
