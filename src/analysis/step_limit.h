#ifndef CERTGATE_SRC_ANALYSIS_STEP_LIMIT_H_
#define CERTGATE_SRC_ANALYSIS_STEP_LIMIT_H_

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace certgate {

/// Thrown by `CountSteps`; whoever sets a limit catches it.
class TooManySteps : public std::runtime_error {
 public:
  TooManySteps() : std::runtime_error("the comparison takes too many steps") {}
};

/// While it lives, bounds what comparisons of this thread may cost. A server must not be held up,
/// nor run out of memory, for the sake of a record, and policies can be written such that a few
/// lines multiply each other. Without a limit, comparisons go on to the end: people can wait.
class StepLimit {
 public:
  explicit StepLimit(std::uint64_t steps);
  ~StepLimit();
  StepLimit(const StepLimit&) = delete;
  StepLimit& operator=(const StepLimit&) = delete;

 private:
  const std::uint64_t outer_;
};

/// What a clause or change that is kept counts for, so that the limit bounds memory as well.
inline constexpr std::size_t kStepsOfClause = 50;

/// Counts steps of about the cost of comparing two short texts. Throws `TooManySteps` if they are
/// more than the limit of this thread leaves.
void CountSteps(std::size_t steps);

}  // namespace certgate

#endif  // CERTGATE_SRC_ANALYSIS_STEP_LIMIT_H_
