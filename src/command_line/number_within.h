#ifndef CERTGATE_SRC_COMMAND_LINE_NUMBER_WITHIN_H_
#define CERTGATE_SRC_COMMAND_LINE_NUMBER_WITHIN_H_

#include <cstdint>

namespace CLI {
class Validator;
}

namespace certgate {

/// Checks that a flag's value is a decimal number from `low` to `high`. CLI::Range lets `nan`
/// through, which is in no range.
CLI::Validator NumberWithin(std::int64_t low, std::int64_t high);

/// The same for whole numbers.
CLI::Validator WholeNumberWithin(std::int64_t low, std::int64_t high);

}  // namespace certgate

#endif  // CERTGATE_SRC_COMMAND_LINE_NUMBER_WITHIN_H_
